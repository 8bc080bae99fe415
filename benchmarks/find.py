"""Finding a time for a visit of three phases and four kinds of resources, in a year that is full.

In process against other ways to do it: Cal.com's algorithm as it stands in its published source
(ranges of a month less what is busy, then a date for every step, each looked up in a list), and
SQL with NOT EXISTS. Then through the whole office on both databases.
"""

import json
import random
import sqlite3
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from benchmarks import calendars_made as office_of
from benchmarks.__main__ import row
from benchmarks.calendars_made import CELLS, DAYS, NAMES, PROVIDERS, Made
from benchmarks.offices import ENGINES
from frontdesk.solver import series
from frontdesk.solver.index import DayGrid, Index, set_cells
from frontdesk.solver.shapes import Layout, Step, layouts

WANTED = 20
QUERIES = 60
FEW = 6  # of what takes a second each
CLASSES = ("room", "assistant", "device")


def measure() -> list[dict[str, Any]]:
    """Measure in process and through the office."""
    held = office_of.made(date(2027, 1, 4))
    rows = in_process(held)
    for engine in ENGINES:
        rows += through_the_office(engine)
    return rows


def in_process(held: Made) -> list[dict[str, Any]]:
    """Measure the index alone, and the other ways."""
    started = time.perf_counter()
    grid, index = indexed(held)
    built = time.perf_counter() - started
    chance = random.Random(11)
    asked = [question(chance) for _ in range(QUERIES)]
    cold: list[float] = []
    warm: list[float] = []
    found = []
    for providers, minutes in asked:
        index.forget_masks()
        cold.append(timed(lambda p=providers, m=minutes: found.append(first(index, p, m))))
        warm.append(timed(lambda p=providers, m=minutes: first(index, p, m)))
    weeks = [timed(lambda m=m: weekly(index, grid, m)) for m in (10, 20, 30) * 5]
    calcom, sql = others(held, asked, found)
    return [
        row("find: first 20 starts, cold", p95(cold), "ms p95", goal=5.0, note=_note(cold),
            peer=f"Cal.com's algorithm, up to 5 providers, slowest of {FEW}", peer_value=calcom),
        row("find: first 20 starts, warm", p95(warm), "ms p95", goal=2.0, note=_note(warm),
            peer=f"SQL NOT EXISTS, the same answers, slowest of {FEW}", peer_value=sql),
        row("find: weekly x 8, all providers", p95(weeks), "ms p95", goal=5.0),
        row("find: index from rows, in memory", built, "s", goal=3.0),
    ]  # fmt: skip


def others(held: Made, asked: Any, found: Any) -> tuple[float, float]:
    """Ask the first questions in the other ways; SQL has to answer the same."""
    busy, base = by_resource(held), database(held)
    calcom, sql = [], []
    for (providers, minutes), expected in list(zip(asked, found, strict=True))[:FEW]:
        calcom.append(timed(partial(like_calcom, busy, providers[:5], minutes)))
        sql.append(timed(partial(by_sql, base, providers, minutes)))
        if by_sql(base, providers, minutes) != expected:
            raise AssertionError("SQL found other times than the index.")
    return max(calcom), max(sql)


def through_the_office(engine: str) -> list[dict[str, Any]]:
    """Measure the request, the booking, a rebuild, a change elsewhere and the race."""
    from benchmarks.finding_office import finding

    told = json.loads(finding(engine))
    goals = {
        "request": ("whole request", "ms CPU", 40.0), "booking": ("booking", "ms CPU", 20.0),
        "rebuild": ("index from the database", "s CPU", 3.0),
        "first": ("first answer of a process", "ms CPU", 200.0),
        "changed": ("first answer after a session changed", "ms CPU", 100.0),
        "seen": ("seen elsewhere", "s", 1.0),
        "overlaps": ("race: overlaps", "", 0.0), "errors": ("race: errors", "", 0.0),
        "lost": ("race: holds lost", "", 0.0),
    }  # fmt: skip
    return [
        row(f"find: {name}, {engine}", told[key], unit, goal=goal, note=told["note"])
        for key, (name, unit, goal) in goals.items()
    ]


def question(chance: random.Random) -> tuple[list[int], int]:
    """Ask for a visit with 1 to 50 providers, of 10 to 30 minutes with them."""
    count = chance.randint(1, PROVIDERS)
    return sorted(chance.sample(range(PROVIDERS), count)), chance.choice([10, 15, 20, 25, 30])


def ways(provider: int, minutes: int) -> list[Layout]:
    """Say the visit: assistant 10, provider, device 15 up to 10 later, one room and cleaning."""
    cells = minutes // 5
    choices = {kind: tuple(name for name in NAMES if name[0] == kind) for kind in CLASSES}
    return layouts(
        [
            Step((("provider", provider),), 2, cells),
            Step(choices["assistant"], 0, 2),
            Step(choices["device"], 2 + cells, 3, wait=2),
            Step(choices["room"], 0, 2 + cells + 3 + 1),
        ]
    )


def first(index: Index, providers: list[int], minutes: int) -> list[int]:
    """Return the first 20 starts with any of the providers."""
    shapes = ways(0, minutes)
    common = [index.starts([n for n in way.needs if n.choices != (("provider", 0),)])
              for way in shapes]  # fmt: skip
    found = 0
    for provider in providers:
        runs = index.runs(("provider", provider), minutes // 5) >> 2
        for starts in common:
            found |= starts & runs
    return list(islice(set_cells(found), WANTED))


def weekly(index: Index, grid: DayGrid, minutes: int) -> list[int]:
    """Return for each provider the first start that can be had eight weeks in a row."""
    shapes = ways(0, minutes)
    common = 0
    for way in shapes:
        common |= index.starts([n for n in way.needs if n.choices != (("provider", 0),)])
    found = []
    for provider in range(PROVIDERS):
        starts = common & index.runs(("provider", provider), minutes // 5) >> 2
        found += list(islice(set_cells(series.weekly(starts, grid.week, 8)), 1))
    return found


def indexed(held: Made) -> tuple[DayGrid, Index]:
    """Put the reservations into an index."""
    opens = tuple(int(held.opens(day).timestamp()) for day in range(DAYS))
    grid = DayGrid(held.first, opens, (CELLS,) * DAYS)
    days: dict[Any, list[int]] = {name: [0] * DAYS for name in NAMES}
    for name, day, cell, length in held.rows:
        days[name][day] |= ((1 << length) - 1) << cell
    index, whole = Index(), grid.whole
    for name, taken in days.items():
        index.put(name, whole & ~grid.join(taken))
    return grid, index


def like_calcom(busy: Any, providers: list[int], minutes: int) -> list[datetime]:
    """Look for 20 starts as Cal.com does, with rooms, assistants and devices looked up likewise.

    A month at a time: each host's ranges less what is busy, put together, stepped through with a
    date object each, every step checked against the slots found so far and the lists of what is
    busy.
    """
    found: list[datetime] = []
    start = busy["first"]
    for month in range(12):
        opens, closes = month * 30, min(month * 30 + 30, DAYS)
        listed = {
            name: [span for day in range(opens, closes) for span in busy[name].get(day, ())]
            for name in NAMES
        }
        for day in range(opens, closes):
            moment = start + timedelta(days=day)
            ends = moment + timedelta(minutes=5 * CELLS - minutes - 30)
            while moment <= ends:
                if moment not in found and _can(listed, providers, minutes, moment):
                    found.append(moment)
                    if len(found) == WANTED:
                        return found
                moment += timedelta(minutes=5)
    return found


def _can(listed: Any, providers: list[int], minutes: int, moment: datetime) -> bool:
    def free(name: Any, after: int, length: int) -> bool:
        begins = moment + timedelta(minutes=after)
        ends = begins + timedelta(minutes=length)
        return not any(begins < last and first < ends for first, last in listed[name])

    def one_of(kind: str, after: int, length: int) -> bool:
        return any(free(name, after, length) for name in NAMES if name[0] == kind)

    if not any(free(("provider", n), 10, minutes) for n in providers):
        return False
    return one_of("assistant", 0, 10) and any(
        one_of("device", 10 + minutes + wait, 15) and one_of("room", 0, 30 + minutes + wait)
        for wait in (0, 5, 10)
    )


def by_resource(held: Made) -> dict[Any, Any]:
    """Return what is busy of each resource by day, as dates."""
    found: dict[Any, Any] = {name: defaultdict(list) for name in NAMES}
    for name, day, cell, length in held.rows:
        begins = held.opens(day) + timedelta(minutes=5 * cell)
        found[name][day].append((begins, begins + timedelta(minutes=5 * length)))
    found["first"] = held.opens(0)
    return found


def database(held: Made) -> sqlite3.Connection:
    """Put the reservations into a table, indexed by resource and start."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE taken (kind TEXT, number INT, starts INT, ends INT)")
    base.execute("CREATE TABLE thing (kind TEXT, number INT)")
    base.execute("CREATE TABLE cell (start INT PRIMARY KEY)")
    stride = 152  # of a day, as in the index, so that the answers can be compared
    base.executemany(
        "INSERT INTO taken VALUES (?, ?, ?, ?)",
        ((kind, number, day * stride + cell, day * stride + cell + length)
         for (kind, number), day, cell, length in held.rows),
    )  # fmt: skip
    base.executemany("INSERT INTO thing VALUES (?, ?)", NAMES)
    cells = ((day * stride + cell,) for day in range(DAYS) for cell in range(CELLS))
    base.executemany("INSERT INTO cell VALUES (?)", cells)
    base.execute("CREATE INDEX by_thing ON taken (kind, number, starts, ends)")
    return base


def by_sql(base: sqlite3.Connection, providers: list[int], minutes: int) -> list[int]:
    """Look for 20 starts with one statement, made of numbers of ours alone."""
    cells = minutes // 5
    marks = ",".join(map(str, providers))

    def free(kind: str, after: int, length: int, which: str = "") -> str:
        return (
            f"EXISTS (SELECT 1 FROM thing WHERE thing.kind = '{kind}' {which} AND NOT EXISTS ("
            "SELECT 1 FROM taken WHERE taken.kind = thing.kind AND taken.number = thing.number "
            f"AND taken.starts < start + {after + length} AND taken.starts > start + {after - 160} "
            f"AND taken.ends > start + {after}))"
        )

    waits = " OR ".join(
        f"({free('device', 2 + cells + wait, 3)} AND {free('room', 0, 6 + cells + wait)} "
        f"AND start % 152 <= {CELLS - 6 - cells - wait})"
        for wait in range(3)
    )
    statement = (
        f"SELECT start FROM cell WHERE {free('provider', 2, cells, f'AND number IN ({marks})')} "
        f"AND {free('assistant', 0, 2)} AND ({waits}) ORDER BY start LIMIT {WANTED}"
    )
    return [start for (start,) in base.execute(statement)]


def timed(ask: Callable[[], Any]) -> float:
    """Return the CPU milliseconds of one call."""
    started = time.process_time()
    ask()
    return (time.process_time() - started) * 1000


def p95(values: list[float]) -> float:
    """Return the value that 95 of 100 stay below."""
    return sorted(values)[int(len(values) * 0.95) - 1] if len(values) > 1 else values[0]


def _note(values: list[float]) -> str:
    return f"{QUERIES} questions, median {statistics.median(values):.2f} ms, CPU"
