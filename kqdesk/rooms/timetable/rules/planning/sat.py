"""A thin door to CP-SAT: booleans, at-most-one, clauses, weighted sums. The solver's own builder is passed by.

``ortools.sat.python.cp_model`` loads pandas, two seconds of it; the compiled part underneath loads in a tenth.
A literal is a variable's number, its negation ``-n - 1``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ortools.sat.python import cp_model_helper

engine: Any = cp_model_helper  # compiled, without types


@dataclass(frozen=True)
class Answer:
    """What a search came to. ``values`` is empty when nothing was found; ``core``: assumptions that cannot hold together."""

    status: str
    values: Sequence[int]
    cost: int
    bound: int
    core: tuple[int, ...] = ()

    @property
    def is_proven(self) -> bool:
        """The best there is, or proof that there is none."""
        return self.status in ("OPTIMAL", "INFEASIBLE")


def negated(literal: int) -> int:
    """The other side of a literal."""
    return -literal - 1


class Model:
    """Booleans and what binds them."""

    def __init__(self) -> None:
        self._proto = engine.CpModelProto()
        self._objective: dict[int, int] = {}
        self._offset = 0
        self._hint: dict[int, int] = {}
        self._assumptions: list[int] = []
        self.size = 0

    def boolean(self) -> int:
        """A new variable's number."""
        self._proto.variables.add().domain.extend((0, 1))
        self.size += 1
        return self.size - 1

    def exactly_one(self, literals: Sequence[int]) -> None:
        """One of them holds."""
        self._proto.constraints.add().exactly_one.literals.extend(literals)

    def at_most_one(self, literals: Sequence[int]) -> None:
        """No two of them hold."""
        if len(literals) > 1:
            self._proto.constraints.add().at_most_one.literals.extend(literals)

    def any_of(self, literals: Sequence[int], when: Sequence[int] = ()) -> None:
        """At least one of them holds (when the others do)."""
        added = self._proto.constraints.add()
        added.bool_or.literals.extend(literals)
        if when:
            added.enforcement_literal.extend(when)

    def at_most(self, weights: Mapping[int, int], most: int, when: Sequence[int] = ()) -> None:
        """A weighted sum of variables stays within ``most``."""
        added = self._proto.constraints.add()
        added.linear.vars.extend(list(weights))
        added.linear.coeffs.extend(list(weights.values()))
        added.linear.domain.extend((0, most))
        if when:
            added.enforcement_literal.extend(when)

    def cost(self, variable: int, amount: int) -> None:
        """What it costs when the variable holds."""
        if amount:
            self._objective[variable] = self._objective.get(variable, 0) + amount

    def offset(self, amount: int) -> None:
        """A cost that is there in any case."""
        self._offset += amount

    def hint(self, variable: int, value: int) -> None:
        """Where to look first."""
        self._hint[variable] = value

    def assume(self, literal: int) -> None:
        """Hold this for the search; an answer without a solution names those it needed."""
        self._assumptions.append(literal)

    def solve(
        self,
        *,
        seconds: float,
        seed: int = 0,
        settings: str = "",
        on_better: Callable[[Sequence[int], int], None] | None = None,
        handle: Callable[[Any], None] | None = None,
    ) -> Answer:
        """Search. ``settings``: further SatParameters as text; ``handle`` gets the running search, for ``stop_search()``."""
        proto = self._proto
        if self._objective:
            proto.objective.vars.extend(list(self._objective))
            proto.objective.coeffs.extend(list(self._objective.values()))
            proto.objective.offset = self._offset
        if self._hint:
            proto.solution_hint.vars.extend(list(self._hint))
            proto.solution_hint.values.extend(list(self._hint.values()))
        if self._assumptions:
            proto.assumptions.extend(self._assumptions)
        parameters = engine.SatParameters()
        parameters.parse_text_format(
            f"max_time_in_seconds:{max(seconds, 0.001):.3f} num_workers:1 random_seed:{seed} catch_sigint_signal:false {settings}"
        )
        search = engine.SolveWrapper()
        search.set_parameters(parameters)
        callback = None
        if on_better is not None:
            callback = _better(on_better)
            search.add_solution_callback(callback)
        if handle is not None:
            handle(search)
        response = search.solve(proto)
        if callback is not None:
            search.clear_solution_callback(callback)
        return self._answer(response)

    def _answer(self, response: Any) -> Answer:
        status = str(response.status).rsplit(".", 1)[-1]
        values = tuple(response.solution)
        cost, bound = self._offset, self._offset
        if self._objective:
            bound = _rounded_up(response.best_objective_bound)
            if values:
                cost = self._offset + sum(amount * values[n] for n, amount in self._objective.items())
        core = tuple(response.sufficient_assumptions_for_infeasibility)
        return Answer(status, values, cost, bound, core)


def _rounded_up(bound: float) -> int:
    """Costs are whole numbers, so a bound may be rounded up; a hair's breadth above a whole number is that number."""
    return int(-(-(bound - 1e-6) // 1)) if abs(bound) < 1e15 else -(10**15)


def _better(told: Callable[[Sequence[int], int], None]) -> Any:
    class Listener(engine.SolutionCallback):  # type: ignore[misc]  # the compiled class has no types
        """Passes each better solution on."""

        def __init__(self) -> None:
            engine.SolutionCallback.__init__(self)

        def OnSolutionCallback(self) -> None:
            response = self.Response()
            told(tuple(response.solution), round(response.objective_value))

    return Listener()
