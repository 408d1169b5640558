"""The template: what is bound stays text; the keyed list moves as little as it can."""

import pytest

TEMPLATE = ("reactive/template.js", "reactive/signals.js")
LIST = (*TEMPLATE, "reactive/list.js")

# Each tries to get out of the place where it is bound.
ATTACKS = [
    "<img src=x onerror='window.broken = 1'>",
    "<script>window.broken = 1</script>",
    "\"><svg onload=window.broken=1>",
    "' autofocus onfocus='window.broken=1",
    "--><img src=x onerror=window.broken=1><!--",
    "</textarea><script>window.broken=1</script>",
    "{{constructor.constructor('window.broken=1')()}}",
    "${window.broken=1}",
    "<!--slot:0-->",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_bound_text_is_text_everywhere(lab, attack):
    import json

    shown = lab(
        f"""const {{ html, render, signal }} = all;
        const attack = {json.dumps(attack)};
        const late = signal("");
        render(html`<p title="${{attack}}" class="a ${{attack}} b">${{attack}}</p><div>${{[attack, () => attack]}}</div>
            <textarea .value=${{attack}}></textarea><b data-x=${{attack}}>${{late}}</b>`, document.body);
        late.value = attack;
        await new Promise((resolve) => setTimeout(resolve, 60));
        const p = document.querySelector("p");
        return [p.textContent, p.title, document.querySelector("div").textContent,
            document.querySelector("textarea").value, document.querySelector("b").textContent,
            document.querySelectorAll("body *").length, window.broken ?? null];""",
        *TEMPLATE,
    )
    assert shown == [attack, attack, attack + attack, attack, attack, 4, None]


@pytest.mark.parametrize(
    "address",
    ["javascript:window.broken=1", " java\\tscript:window.broken=1", "JAVASCRIPT:1", "data:text/html,<script>1</script>",
     "vbscript:x", "\\u0001javascript:1", "file:///etc/passwd"],
)
def test_addresses_that_could_run_something_are_dead(lab, address):
    assert lab(
        f"""const {{ html, render }} = all;
        const bad = "{address}";
        render(html`<a href=${{bad}}>x</a><a href="${{bad}}">x</a><form action=${{bad}}></form>
            <a .href=${{bad}}>x</a><button formaction=${{bad}}></button>`, document.body);
        return [...document.querySelectorAll("a")].map((a) => a.getAttribute("href"))
            .concat(document.querySelector("form").getAttribute("action"),
                document.querySelector("button").getAttribute("formaction"));""",
        *TEMPLATE,
    ) == ["about:invalid"] * 5


def test_good_addresses_stay(lab):
    good = ["/admin#devices", "https://a.example/x?y", "mailto:a@b.example", "tel:112", "#here", "?a=b:c", "a/b:c"]
    assert lab(
        f"""const {{ html, render }} = all;
        render(html`${{{good}.map((href) => html`<a href=${{href}}>x</a>`)}}`, document.body);
        return [...document.querySelectorAll("a")].map((a) => a.getAttribute("href"));""",
        *TEMPLATE,
    ) == good


@pytest.mark.parametrize(
    "markup",
    ["<a onclick=${'x'}></a>", "<a onclick='x'>${1}</a>", "<a style=${'x'}></a>", "<a style='color:red'>${1}</a>",
     "<p .innerHTML=${'x'}></p>", "<p .outerHTML=${'x'}></p>", "<iframe srcdoc=${'x'}></iframe>",
     "<script>${'x'}</script>", "<style>${'x'}</style>", "<p .onclick=${'x'}></p>", "<p ${'x'}></p>",
     "<p @click=${'x'}></p>"],
)
def test_templates_that_ask_for_more_are_refused(lab, markup):
    assert lab(
        f"""const {{ html, render }} = all;
        try {{ render(html`{markup}`, document.body); return "taken"; }} catch (error) {{ return "refused"; }}""",
        *TEMPLATE,
    ) == "refused"


def test_bindings_follow_their_signals_and_end_with_the_page(lab):
    assert lab(
        """const { html, render, signal } = all;
        const name = signal("Ada"), isOff = signal(false), hits = [];
        const end = render(html`<button ?disabled=${isOff} class="x ${name}" aria-label=${() => name.value || null}
            @click=${() => hits.push(name.peek())}>${name}</button>`, document.body);
        const button = document.querySelector("button");
        button.click(); name.value = ""; isOff.value = true;
        const then = [button.disabled, button.className, button.textContent, button.getAttribute("aria-label")];
        end(); name.value = "gone";
        return [hits, then, name.readers.size, document.body.childNodes.length];""",
        *TEMPLATE,
    ) == [["Ada"], [True, "x", "", None], 0, 0]


def test_when_keeps_its_content_while_the_answer_is_the_same(lab):
    assert lab(
        """const { html, render, signal, when } = all;
        const count = signal(1);
        render(html`${when(() => count.value > 0, () => html`<input>`, () => html`<i></i>`)}`, document.body);
        const first = document.querySelector("input"); first.focus(); count.value = 2;
        const isSame = document.querySelector("input") === first && document.activeElement === first;
        count.value = 0;
        return [isSame, document.querySelector("i") !== null, document.querySelector("input")];""",
        *TEMPLATE,
    ) == [True, True, None]


def test_svg_inside_svg_is_svg(lab):
    assert lab(
        """const { html, svg, render } = all;
        render(html`<svg>${[1, 2].map((x) => svg`<circle r=${x} />`)}</svg>`, document.body);
        return [...document.querySelectorAll("circle")].map((one) => [one.namespaceURI, one.getAttribute("r")]);""",
        *TEMPLATE,
    ) == [["http://www.w3.org/2000/svg", "1"], ["http://www.w3.org/2000/svg", "2"]]


def test_a_list_keeps_nodes_and_focus_and_moves_only_what_must_move(lab):
    assert lab(
        """const { html, render, signal, list } = all;
        const rows = signal([..."abcdef"].map((id) => ({ id, words: id })));
        render(html`<ul>${list(() => rows.value, (row) => row.id,
            (row) => html`<li><input .value=${() => row.value.words}></li>`)}</ul>`, document.body);
        const nodes = () => [...document.querySelectorAll("li")];
        const before = new Map(nodes().map((node) => [node.firstElementChild.value, node]));
        before.get("e").firstElementChild.focus();
        let moves = 0;
        const watch = new MutationObserver(() => {});
        watch.observe(document.querySelector("ul"), { childList: true });
        rows.value = [..."faebdx"].map((id) => ({ id, words: id.toUpperCase() }));
        const removed = new Set(watch.takeRecords().flatMap((record) => [...record.removedNodes]));
        const now = nodes();
        return [now.map((node) => node.firstElementChild.value).join(""),
            [..."faebd"].every((id, at) => now[at] === before.get(id)),
            document.activeElement.value, removed.size];""",
        *LIST,
    ) == ["FAEBDX", True, "E", 3]


def test_a_list_ends_the_rows_that_leave(lab):
    assert lab(
        """const { html, render, signal, list } = all;
        const clock = signal(0), rows = signal([1, 2, 3]);
        const end = render(html`${list(() => rows.value, (row) => row, (row) => html`<p>${row} ${clock}</p>`)}`,
            document.body);
        const sizes = [clock.readers.size];
        rows.value = [2]; sizes.push(clock.readers.size);
        end(); sizes.push(clock.readers.size);
        return sizes;""",
        *LIST,
    ) == [3, 1, 0]


def test_two_rows_with_one_key_are_refused(lab):
    assert "same key" in lab(
        """const { html, render, list } = all;
        try { render(html`${list(() => [1, 1], (row) => row, () => html`<p></p>`)}`, document.body); return ""; }
        catch (error) { return error.message; }""",
        *LIST,
    )


def test_an_element_that_is_moved_keeps_what_it_shows_and_one_that_leaves_ends(lab):
    assert lab(
        """const { html, signal, LiveElement, define } = all;
        const clock = signal(0);
        define("test-clock", class extends LiveElement { view() { return html`<input><b>${clock}</b>`; } });
        const clockElement = document.createElement("test-clock"), aside = document.createElement("aside");
        document.body.append(clockElement, aside);
        const input = clockElement.querySelector("input");
        aside.append(clockElement);
        await null; await null;
        const isSame = clockElement.querySelector("input") === input && clock.readers.size === 1;
        clockElement.remove();
        await new Promise((resolve) => setTimeout(resolve));
        return [isSame, clock.readers.size];""",
        *TEMPLATE,
        "reactive/element.js",
    ) == [True, 0]
