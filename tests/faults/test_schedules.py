"""Five phones on one visit: requests and answers are dropped, repeated and reordered, phones are killed and
put back to older copies, the server to yesterday's. In the end all hold the same set, nothing promised is
gone, and the folds of both languages agree to the byte."""

import json
import os
from pathlib import Path
from typing import Any

from server.kernel.canonical import canonical
from server.visits.fold import fold
from tests.builders import Scene
from tests.faults.conftest import SOAK
from tests.faults.phones import Json, Phones
from tests.faults.replay import Replay
from tests.faults.schedules import schedule, shrunk

SEED = int(os.environ.get("SEED", "1"))
COUNT = int(os.environ.get("COUNT", "10000" if SOAK else "300"))
BATCH = 100
SHARE = 6
"""How many of the schedules are said to the real server too."""


def test_schedules_end_with_everything_everywhere(phones: Phones) -> None:
    """`SEED=n` begins elsewhere; a failure names its seed and what shrinking has left of the schedule."""
    for start in range(SEED, SEED + COUNT, BATCH):
        plans = [schedule(seed) for seed in range(start, min(start + BATCH, SEED + COUNT))]
        for plan, end in zip(plans, phones.play(plans), strict=True):
            said = faults_of(end, phones.world)
            assert not said, report(phones, plan, said)


def test_the_real_server_answers_as_the_model_did(phones: Phones, visit: Scene, data_dir: Path) -> None:
    """A share of the schedules, request by request, to the app itself."""
    replay = Replay(visit, data_dir / "liancha.db")
    for seed in range(SEED, SEED + COUNT, COUNT // SHARE):
        (end,) = phones.play([schedule(seed)], whole=True)
        told = replay.differences(end["log"])
        assert not told, f"SEED={seed}: {json.dumps(told[0], ensure_ascii=False)[:4000]}"


def faults_of(end: Json, world: Json) -> list[Any]:
    """What went wrong in a schedule; the fold of the server's journal is made here once more, in Python."""
    bundle, digest = world["bundle"], world["digest"]
    context = {**end["context"], "blobs": {}, "bundles": {digest: bundle}, "digest": digest}
    state = canonical(fold(bundle, end["entries"], context)).decode()
    return end["failures"] + ([{"what": "the folds differ"}] if state != end["state"] else [])


def report(phones: Phones, plan: Json, said: list[Any]) -> str:
    """The failure and the shortest schedule that still shows it."""
    kinds = {one["what"] for one in said}

    def fails(acts: list[Json]) -> bool:
        (end,) = phones.play([{"seed": plan["seed"], "acts": acts}])
        return bool(kinds & {one["what"] for one in faults_of(end, phones.world)})

    acts = shrunk(plan["acts"], fails)
    lines = "\n".join(json.dumps(act) for act in acts)
    return f"SEED={plan['seed']}: {json.dumps(said, ensure_ascii=False)[:3000]}\n{lines}"
