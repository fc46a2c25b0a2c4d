"""Who goes where with the fewest kilometres: a transport problem, solved as a linear program."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import highspy
import msgspec

from jiaoheng.language import Text

FAR = 1000.0
"""Kilometres that an unknown way counts as: more than any within a county."""
_BEYOND = 1000 * FAR
_LOOSENED = Text(
    zh="{count} 人的路程超过 {most} 公里（或缺少坐标）：在限定路程内无法安排全部交流教师",
    en="{count} {count:person goes|persons go} farther than {most} km (or an unknown way): all cannot be placed within",
)

Distance = Callable[[str, str], float | None]
"""Kilometres between two schools; None where they are not known."""


class Pairing(msgspec.Struct, frozen=True):
    """How many go from where to where, in the order of schools; ``beyond`` of them farther than was wanted.

    ``note`` says so in words, and is None where nobody does. ``km`` adds up the ways that are known.
    """

    pairs: tuple[tuple[str, str, int], ...]
    km: float
    beyond: int = 0
    note: Text | None = None


def paired(
    outs: Mapping[str, int], ins: Mapping[str, int], distance: Distance, most_km: float | None = None
) -> Pairing:
    """Who goes where, from so many leaving and arriving at each school, all alike in stage and in what they hold.

    As few as can be go farther than ``most_km``, or an unknown way; then the kilometres are the fewest. Raises
    ``ValueError`` where not as many arrive as leave, or a count is below 0.
    """
    if sum(outs.values()) != sum(ins.values()) or min([0, *outs.values(), *ins.values()]) < 0:
        raise ValueError("as many must arrive as leave")
    # Who leaves and arrives at one school stays there.
    net = {school: outs.get(school, 0) - ins.get(school, 0) for school in sorted(outs.keys() | ins.keys())}
    leaving = [school for school, count in net.items() if count > 0]
    arriving = [school for school, count in net.items() if count < 0]
    ways = {(source, target): distance(source, target) for source in leaving for target in arriving}

    def cost(source: str, target: str) -> float:
        km = ways[source, target]
        if km is None:
            return _BEYOND + FAR
        return km + (_BEYOND if most_km is not None and km > most_km else 0.0)

    costs = [[cost(source, target) for target in arriving] for source in leaving]
    flows = shipped([net[school] for school in leaving], [-net[school] for school in arriving], costs)
    pairs = tuple(
        (leaving[source], arriving[target], count)
        for source, row in enumerate(flows)
        for target, count in enumerate(row)
        if count
    )
    beyond = sum(count for source, target, count in pairs if cost(source, target) >= _BEYOND)
    note = None
    if beyond and most_km is not None:
        said = {"count": beyond, "most": f"{most_km:g}"}
        note = Text(zh=_LOOSENED.say("zh", **said), en=_LOOSENED.say("en", **said))
    km = sum((ways[source, target] or 0.0) * count for source, target, count in pairs)
    return Pairing(pairs, km, beyond, note)


def shipped(supply: Sequence[int], demand: Sequence[int], costs: Sequence[Sequence[float]]) -> list[list[int]]:
    """How much of each supply meets each demand at the least cost; whole, as the corners of the program are.

    Raises ``ValueError`` where the supplies are less than the demands.
    """
    if sum(supply) < sum(demand):
        raise ValueError(f"{sum(supply)} cannot meet {sum(demand)}")
    if not sum(demand):
        return [[0] * len(demand) for _ in supply]
    arcs = [(source, target) for source in range(len(supply)) for target in range(len(demand))]
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(arcs), len(supply) + len(demand)
    program.col_cost_ = [float(costs[source][target]) for source, target in arcs]
    program.col_lower_ = [0.0] * len(arcs)
    program.col_upper_ = [float(min(supply[source], demand[target])) for source, target in arcs]
    program.row_lower_ = [0.0] * len(supply) + [float(wanted) for wanted in demand]
    program.row_upper_ = [float(there) for there in supply] + [float(wanted) for wanted in demand]
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = list(range(0, 2 * len(arcs) + 1, 2))
    program.a_matrix_.index_ = [row for source, target in arcs for row in (source, len(supply) + target)]
    program.a_matrix_.value_ = [1.0] * (2 * len(arcs))
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    # An interior point need not be whole.
    solver.setOptionValue("solver", "simplex")
    solver.setOptionValue("threads", 1)
    solver.passModel(program)
    solver.run()
    flows = [[0] * len(demand) for _ in supply]
    for (source, target), amount in zip(arcs, solver.getSolution().col_value, strict=True):
        flows[source][target] = round(amount)
    met = [sum(row[target] for row in flows) for target in range(len(demand))]
    if met != list(demand) or any(sum(row) > there for row, there in zip(flows, supply, strict=True)):
        raise ArithmeticError("the transport program gave no whole solution")
    return flows
