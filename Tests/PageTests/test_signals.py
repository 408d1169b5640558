"""Signals: what reads a value hears of its change, once, and nothing after its end."""

SIGNALS = "reactive/signals.js"


def test_an_effect_runs_again_once_for_a_batch_of_changes(lab):
    assert lab(
        """const { signal, effect, batch } = all;
        const a = signal(1), b = signal(2), seen = [];
        effect(() => { seen.push(a.value + b.value); });
        batch(() => { a.value = 10; b.value = 20; });
        a.value = 10;
        return seen;""",
        SIGNALS,
    ) == [3, 30]


def test_a_diamond_shows_no_state_in_between(lab):
    assert lab(
        """const { signal, computed, effect } = all;
        const a = signal(1), double = computed(() => a.value * 2), triple = computed(() => a.value * 3), seen = [];
        effect(() => { seen.push(triple.value - double.value - a.value); });
        for (const next of [2, 3, 4]) a.value = next;
        return seen;""",
        SIGNALS,
    ) == [0, 0, 0, 0]


def test_a_computed_value_that_stays_equal_wakes_nobody(lab):
    assert lab(
        """const { signal, computed, effect } = all;
        const a = signal(1), isOdd = computed(() => a.value % 2 === 1); let runs = 0;
        effect(() => { isOdd.value; runs += 1; });
        a.value = 3; a.value = 5; a.value = 6;
        return runs;""",
        SIGNALS,
    ) == 2


def test_a_computed_value_is_lazy_and_leaves_its_sources_when_nobody_listens(lab):
    assert lab(
        """const { signal, computed, effect } = all;
        const a = signal(1); let runs = 0;
        const double = computed(() => { runs += 1; return a.value * 2; });
        const before = runs;
        const end = effect(() => { double.value; });
        const listening = a.readers.size;
        end();
        const after = a.readers.size;
        a.value = 7;
        return [before, listening, after, runs, double.value, double.peek(), runs];""",
        SIGNALS,
    ) == [0, 1, 0, 1, 14, 14, 2]


def test_dependencies_follow_what_was_read_last(lab):
    assert lab(
        """const { signal, effect } = all;
        const which = signal(true), a = signal("a"), b = signal("b"), seen = [];
        effect(() => { seen.push(which.value ? a.value : b.value); });
        which.value = false; a.value = "unheard"; b.value = "B";
        return seen;""",
        SIGNALS,
    ) == ["a", "b", "B"]


def test_an_ended_scope_ends_what_was_made_in_it_newest_first(lab):
    assert lab(
        """const { signal, effect, Scope, onEnd } = all;
        const a = signal(0), seen = [], scope = new Scope(null);
        scope.run(() => {
            onEnd(() => seen.push("outer end"));
            effect(() => { seen.push(`outer ${a.value}`); effect(() => () => seen.push("inner end")); });
        });
        a.value = 1; scope.end(); a.value = 2; scope.end();
        return [seen, a.readers.size];""",
        SIGNALS,
    ) == [["outer 0", "inner end", "outer 1", "inner end", "outer end"], 0]


def test_ended_children_are_not_collected_by_a_scope_that_lives_on(lab):
    assert lab(
        """const { effect, Scope } = all;
        const ends = [], scope = new Scope(null);
        scope.run(() => { for (let at = 0; at < 100; at += 1) effect(() => () => ends.push(at))(); });
        const early = ends.length; scope.end();
        return [early, ends.length];""",
        SIGNALS,
    ) == [100, 100]


def test_untracked_reads_are_not_heard(lab):
    assert lab(
        """const { signal, effect, untracked } = all;
        const a = signal(1); let runs = 0;
        effect(() => { untracked(() => a.value); a.peek(); runs += 1; });
        a.value = 2;
        return runs;""",
        SIGNALS,
    ) == 1


def test_effects_that_set_off_each_other_without_end_are_stopped(lab):
    assert "without end" in lab(
        """const { signal, effect } = all;
        const a = signal(0);
        try { effect(() => { a.value = a.value + 1; }); return "no end seen"; }
        catch (error) { return error.message; }""",
        SIGNALS,
    )


def test_a_value_that_depends_on_itself_is_refused(lab):
    assert "depends on itself" in lab(
        """const { computed } = all;
        const a = computed(() => b.value), b = computed(() => a.value);
        try { return String(a.value); } catch (error) { return error.message; }""",
        SIGNALS,
    )


def test_an_effect_that_throws_doesnt_silence_the_others(lab):
    assert lab(
        """const { signal, effect } = all;
        const a = signal(0), seen = [];
        effect(() => { if (a.value === 1) throw new Error("mine"); });
        effect(() => { seen.push(a.value); });
        try { a.value = 1; } catch {}
        a.value = 2;
        return seen;""",
        SIGNALS,
    ) == [0, 1, 2]
