/*
 * What the machine can do: issuing tickets into the branch's own schema with nothing but libsqlite3.
 *
 *     store DATABASE SECONDS BATCH BODY_BYTES
 *
 * The database is one that `turn-branch apply --offline` has made, with at least one queue, and that no program has
 * open. Each operation does what the writer does for POST /tickets: it reads the queue, looks whether the number is
 * free, inserts the ticket and its event; each batch is one BEGIN IMMEDIATE ... COMMIT with synchronous = FULL, and
 * brings the queue's and the branch's row up to date. Prints one JSON object.
 */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static sqlite3 *db;

static void check(int code, const char *what) {
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
    fprintf(stderr, "store: %s: %s\n", what, sqlite3_errmsg(db));
    exit(1);
}

static void run(const char *sql) { check(sqlite3_exec(db, sql, NULL, NULL, NULL), sql); }

static sqlite3_stmt *prepare(const char *sql) {
    sqlite3_stmt *statement;
    check(sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL), sql);
    return statement;
}

static int step(sqlite3_stmt *statement) {
    int code = sqlite3_step(statement);
    check(code, sqlite3_sql(statement));
    return code;
}

static int64_t value(const char *sql) {
    sqlite3_stmt *statement = prepare(sql);
    if (step(statement) != SQLITE_ROW) {
        fprintf(stderr, "store: nothing found by: %s\n", sql);
        exit(1);
    }
    int64_t found = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return found;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Stands for the hash of a link: spread over the whole index, as a real one is. */
static uint64_t spread(uint64_t x) {
    x += 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31);
}

static const char *insert_ticket =
    "INSERT INTO tickets (id, uid, link_hash, queue_id, number, day, state, priority, version, rank, arrival_tick,"
    " queued_tick, call_count, let_ahead_count, arrived_at, queued_at, updated_at)"
    " VALUES (?1, ?2, ?3, 1, ?4, ?5, 'waiting', 1, 1, ?6, ?6, ?6, 0, 0, ?7, ?7, ?7)";
static const char *insert_event =
    "INSERT INTO events (seq, uid, type, at, tick, ticket_id, queue_id, previous_queue_id, counter_id, chain, body)"
    " VALUES (?1, ?2, 'ticket.created', ?3, ?4, ?5, 1, NULL, NULL, ?6, ?7)";

struct work {
    sqlite3_stmt *queue, *open_number, *ended_number, *ticket, *event, *set_queue, *set_branch;
    int64_t id, seq, drawn, day, tick, at;
    char *body;
    int body_length;
};

static void issue(struct work *w) {
    char uid[64], number[32];
    uint64_t link[4], chain;
    w->id++, w->seq++, w->drawn++, w->tick++, w->at++;
    snprintf(uid, sizeof uid, "01HZ%010lld%012llu", (long long)w->at % 10000000000LL,
             (unsigned long long)(spread((uint64_t)w->id) % 1000000000000ULL));
    snprintf(number, sizeof number, "A%03lld", (long long)w->drawn);
    for (int i = 0; i < 4; i++) link[i] = spread((uint64_t)w->id * 4 + (uint64_t)i);
    chain = spread((uint64_t)w->seq);

    step(w->queue), sqlite3_reset(w->queue);
    sqlite3_bind_text(w->open_number, 1, number, -1, SQLITE_STATIC);
    step(w->open_number), sqlite3_reset(w->open_number);
    sqlite3_bind_text(w->ended_number, 1, number, -1, SQLITE_STATIC);
    sqlite3_bind_int64(w->ended_number, 2, w->tick - 15000);
    step(w->ended_number), sqlite3_reset(w->ended_number);

    sqlite3_bind_int64(w->ticket, 1, w->id);
    sqlite3_bind_text(w->ticket, 2, uid, 26, SQLITE_STATIC);
    sqlite3_bind_blob(w->ticket, 3, link, 32, SQLITE_STATIC);
    sqlite3_bind_text(w->ticket, 4, number, -1, SQLITE_STATIC);
    sqlite3_bind_int64(w->ticket, 5, w->day);
    sqlite3_bind_int64(w->ticket, 6, w->tick);
    sqlite3_bind_int64(w->ticket, 7, w->at);
    step(w->ticket), sqlite3_reset(w->ticket);

    sqlite3_bind_int64(w->event, 1, w->seq);
    sqlite3_bind_text(w->event, 2, uid, 26, SQLITE_STATIC);
    sqlite3_bind_int64(w->event, 3, w->at);
    sqlite3_bind_int64(w->event, 4, w->tick);
    sqlite3_bind_int64(w->event, 5, w->id);
    sqlite3_bind_blob(w->event, 6, &chain, 8, SQLITE_STATIC);
    sqlite3_bind_blob(w->event, 7, w->body, w->body_length, SQLITE_STATIC);
    step(w->event), sqlite3_reset(w->event);
}

static void close_batch(struct work *w, int count) {
    sqlite3_bind_int64(w->set_queue, 1, count);
    sqlite3_bind_int64(w->set_queue, 2, w->drawn);
    step(w->set_queue), sqlite3_reset(w->set_queue);
    sqlite3_bind_int64(w->set_branch, 1, w->id + 1);
    sqlite3_bind_int64(w->set_branch, 2, w->seq);
    sqlite3_bind_int64(w->set_branch, 3, w->tick);
    sqlite3_bind_int64(w->set_branch, 4, w->at);
    step(w->set_branch), sqlite3_reset(w->set_branch);
}

static struct work begin(int body_length) {
    struct work w;
    w.id = value("SELECT next_ticket_id - 1 FROM branch");
    w.seq = value("SELECT last_seq FROM branch");
    w.day = value("SELECT day FROM branch");
    w.tick = value("SELECT last_tick FROM branch");
    w.at = value("SELECT last_at FROM branch");
    w.drawn = value("SELECT coalesce(last_drawn, 0) FROM queues WHERE id = 1");
    w.queue = prepare("SELECT * FROM queues WHERE id = 1");
    w.open_number = prepare("SELECT 1 FROM tickets WHERE number = ?");
    w.ended_number = prepare("SELECT 1 FROM ticket_history WHERE number = ? AND ended_tick > ? LIMIT 1");
    w.ticket = prepare(insert_ticket);
    w.event = prepare(insert_event);
    w.set_queue = prepare("UPDATE queues SET waiting = waiting + ?1, last_drawn = ?2 WHERE id = 1");
    w.set_branch = prepare(
        "UPDATE branch SET next_ticket_id = ?1, last_seq = ?2, last_tick = ?3, last_at = ?4 WHERE id = 1");
    w.body_length = body_length;
    w.body = malloc((size_t)body_length);
    memset(w.body, 'x', (size_t)body_length);
    return w;
}

int main(int count, char **arguments) {
    if (count != 5) {
        fprintf(stderr, "usage: store DATABASE SECONDS BATCH BODY_BYTES\n");
        return 2;
    }
    double seconds = atof(arguments[2]);
    int batch = atoi(arguments[3]), body = atoi(arguments[4]);
    if (seconds <= 0 || seconds > 600 || batch < 1 || batch > 4096 || body < 1 || body > 65536) {
        fprintf(stderr, "store: SECONDS to 600, BATCH to 4096, BODY_BYTES to 65536\n");
        return 2;
    }
    check(sqlite3_open_v2(arguments[1], &db, SQLITE_OPEN_READWRITE, NULL), "open");
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = FULL");
    run("PRAGMA wal_autocheckpoint = 1000");
    if (value("PRAGMA synchronous") != 2) {
        fprintf(stderr, "store: synchronous is not FULL\n");
        return 1;
    }
    struct work w = begin(body);
    sqlite3_stmt *start = prepare("BEGIN IMMEDIATE"), *commit = prepare("COMMIT");
    long operations = 0;
    double began = now(), ended = began;
    while ((ended = now()) - began < seconds) {
        step(start), sqlite3_reset(start);
        for (int i = 0; i < batch; i++) issue(&w);
        close_batch(&w, batch);
        step(commit), sqlite3_reset(commit);
        operations += batch;
    }
    printf("{\"batch\":%d,\"operations\":%ld,\"per_second\":%.1f,\"seconds\":%.3f}\n", batch, operations,
           (double)operations / (ended - began), ended - began);
    return 0;
}
