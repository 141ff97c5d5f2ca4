"""Single faults: where they can be planted in a module, and the module with one of them planted."""

import ast
import copy
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

OWNERS = {"user", "user_id", "owner", "owner_id", "created_by", "seller", "requested_by", "customer"}
LOCKS = {"select_for_update", "locked"}
LOCKING = ("lock", "_lock")
WRITES = {"save", "update", "create", "bulk_create", "bulk_update", "delete", "add", "clear", "enqueue", "enqueue_in"}
CALLED_WRITES = {
    "publish",
    "recount",
    "record_money",
    "stock_commit",
    "stock_release",
    "stock_restock",
    "alert_raise",
    "order_extend_expiry",
}
FILTERS = {"filter", "exclude", "get", "get_or_create", "update_or_create"}
WEAKER = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
WEAKER_LOOKUPS = {"lt": "lte", "lte": "lt", "gt": "gte", "gte": "gt"}
FLIPPED = {ast.Add: ast.Sub, ast.Sub: ast.Add}
_IN_TIME = re.compile(r"\bnow\b|monotonic|_at\b|_at__")
NO_TRANSACTION = "__import__('contextlib').nullcontext()"


@dataclass(frozen=True)
class Mutant:
    """Hold one fault. Tests that run none of the lines ``first`` to ``last`` can't notice it."""

    path: str
    function: str
    operator: str
    number: int
    first: int
    last: int
    before: str
    after: str

    @property
    def name(self) -> str:
        return f"{self.path}:{self.function}:{self.operator}:{self.number}"

    @property
    def app(self) -> str:
        return self.path.split("/")[0]

    @property
    def module(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def draw(self) -> str:
        """Return the number by which some mutants are chosen: it looks random, and is the same every time."""
        return hashlib.sha256(self.name.encode()).hexdigest()


@dataclass(frozen=True)
class _Place:
    function: str
    operator: str
    node: ast.AST
    new: ast.AST
    replace: Callable[[ast.AST], None]
    lines: tuple[int, int]


def mutants_of(source: str, path: str) -> list[Mutant]:
    """Find every fault that can be planted in a module."""
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for place in _places(ast.parse(source)):
        seen[place.function, place.operator] += 1
        number = seen[place.function, place.operator]
        before, after = _line(place.node), _line(place.new)
        found.append(Mutant(path, place.function, place.operator, number, *place.lines, before, after))
    return found


def planted(source: str, mutant: Mutant) -> str:
    """Return the module with ``mutant`` in it."""
    tree = ast.parse(source)
    seen = 0
    for place in list(_places(tree)):
        if (place.function, place.operator) == (mutant.function, mutant.operator):
            seen += 1
            if seen == mutant.number:
                place.replace(place.new)
                return ast.unparse(ast.fix_missing_locations(tree))
    raise LookupError(mutant.name)


def _line(node: ast.AST) -> str:
    return " ".join(" ".join(ast.unparse(node).splitlines()[:2]).split())[:160]


def _places(tree: ast.Module) -> Iterator[_Place]:
    yield from _inside(tree, function="", statement=None)


def _inside(parent: ast.AST, function: str, statement: ast.stmt | None) -> Iterator[_Place]:
    for node, replace in _children(parent):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield from _inside(node, f"{function}.{node.name}".lstrip("."), node)
            continue
        here = node if isinstance(node, ast.stmt) else statement
        if function and here is not None:
            for operator, new, lines in _faults(node):
                if _is_named_twice(parent, new):
                    continue
                yield _Place(function, operator, node, new, replace, lines or _lines(here, node))
        yield from _inside(node, function, here)


def _is_named_twice(parent: ast.AST, new: ast.AST) -> bool:
    """Return whether the call ``parent`` names the argument ``new`` already, which Python refuses."""
    named = [each.arg for each in parent.keywords] if isinstance(parent, ast.Call) else []
    return isinstance(new, ast.keyword) and new.arg in named


def _children(parent: ast.AST) -> Iterator[tuple[ast.AST, Callable[[ast.AST], None]]]:
    for field, value in ast.iter_fields(parent):
        if isinstance(value, ast.AST):
            yield value, lambda new, field=field: setattr(parent, field, new)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, ast.AST):
                    yield item, lambda new, value=value, index=index: value.__setitem__(index, new)


def _lines(statement: ast.stmt, node: ast.AST) -> tuple[int, int]:
    if isinstance(statement, ast.FunctionDef):  # a decorator, or a default
        return statement.body[0].lineno, statement.end_lineno or statement.lineno
    last = getattr(node, "end_lineno", None) or statement.lineno
    if isinstance(node, ast.With):
        last = node.items[-1].context_expr.end_lineno or last
    return statement.lineno, max(last, statement.lineno)


# An operator, what stands there instead, and the lines of which one must run for a test to notice.
Fault = tuple[str, ast.AST, tuple[int, int] | None]


def _faults(node: ast.AST) -> Iterator[Fault]:
    """Tell what can go wrong at ``node``."""
    for kind in (
        _early_end,
        _no_transaction,
        _skipped,
        _unlocked,
        _unfiltered,
        _shortened,
        _compared,
        _signed,
        _rounded,
    ):
        yield from kind(node)


def _early_end(node: ast.AST) -> Iterator[Fault]:
    if (
        isinstance(node, ast.If)
        and not node.orelse
        and isinstance(node.body[-1], ast.Return | ast.Raise | ast.Continue)
    ):
        last = node.body[-1]
        operator = "refusal" if isinstance(last, ast.Raise) else "early return"
        yield operator, ast.Pass(), (node.body[0].lineno, last.end_lineno or last.lineno)


def _no_transaction(node: ast.AST) -> Iterator[Fault]:
    if isinstance(node, ast.withitem) and ast.unparse(node.context_expr) == "transaction.atomic()":
        call = node.context_expr
        new = ast.withitem(ast.parse(NO_TRANSACTION, mode="eval").body, node.optional_vars)
        yield "atomic", new, (call.lineno, call.end_lineno or call.lineno)


def _skipped(node: ast.AST) -> Iterator[Fault]:
    if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        return
    called = node.value.func
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    if name.startswith(LOCKING) or name.endswith("_lock"):
        yield "lock", ast.Pass(), None
    elif name in (WRITES if isinstance(called, ast.Attribute) else CALLED_WRITES):
        yield "write", ast.Pass(), None


def _unlocked(node: ast.AST) -> Iterator[Fault]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOCKS:
        yield "lock", ast.Call(ast.Attribute(node.func.value, "all", ast.Load()), [], []), None


def _unfiltered(node: ast.AST) -> Iterator[Fault]:
    """Leave out one of several conditions, or the only one of a ``filter`` (``get`` without any means little)."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in FILTERS):
        return
    keywords = [each for each in node.keywords if each.arg and each.arg not in {"pk", "defaults"}]
    if len(node.keywords) + len(node.args) == 1 and node.func.attr not in {"filter", "exclude"}:
        return
    for left_out in keywords:
        kept = [each for each in node.keywords if each is not left_out]
        is_owner = bool(OWNERS & {left_out.arg, (left_out.arg or "").rpartition("__")[2]})
        yield "owner" if is_owner else "condition", ast.Call(node.func, node.args, kept), None


def _shortened(node: ast.AST) -> Iterator[Fault]:
    """Leave out one part of ``a and b`` or ``a or b``."""
    if not isinstance(node, ast.If | ast.IfExp | ast.While | ast.comprehension | ast.Return):
        return
    asked = (
        [node.value] if isinstance(node, ast.Return) else getattr(node, "ifs", None) or [getattr(node, "test", None)]
    )
    for whole in asked:
        for part in whole.values if isinstance(whole, ast.BoolOp) else []:
            yield "clause", _without(node, whole, part), (whole.lineno, whole.end_lineno or whole.lineno)


def _without(node: ast.AST, whole: ast.BoolOp, part: ast.expr) -> ast.AST:
    """Return a copy of ``node`` with ``part`` taken out of ``whole``."""
    kept = [each for each in whole.values if each is not part]
    return copy.deepcopy(node, {id(whole): kept[0] if len(kept) == 1 else ast.BoolOp(whole.op, kept)})


def _compared(node: ast.AST) -> Iterator[Fault]:
    """Move a boundary by one. Boundaries in time are left alone, because one microsecond makes no difference."""
    if _IN_TIME.search(ast.unparse(node)):
        return
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in WEAKER:
        yield "comparison", ast.Compare(node.left, [WEAKER[type(node.ops[0])]()], node.comparators), None
    elif isinstance(node, ast.keyword) and node.arg:
        field, _, lookup = node.arg.rpartition("__")
        if field and lookup in WEAKER_LOOKUPS:
            yield "comparison", ast.keyword(f"{field}__{WEAKER_LOOKUPS[lookup]}", node.value), None


def _signed(node: ast.AST) -> Iterator[Fault]:
    if isinstance(node, ast.BinOp) and type(node.op) in FLIPPED and not _is_text(node):
        yield "sign", ast.BinOp(node.left, FLIPPED[type(node.op)](), node.right), None
    elif isinstance(node, ast.AugAssign) and type(node.op) in FLIPPED and not _is_text(node):
        yield "sign", ast.AugAssign(node.target, FLIPPED[type(node.op)](), node.value), None
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "sign", node.operand, None


def _is_text(node: ast.AST) -> bool:
    return any(
        isinstance(each, ast.JoinedStr) or (isinstance(each, ast.Constant) and isinstance(each.value, str))
        for each in ast.walk(node)
        if not isinstance(each, ast.Subscript)
    ) and not any(isinstance(each, ast.Call) for each in ast.walk(node))


def _rounded(node: ast.AST) -> Iterator[Fault]:
    if isinstance(node, ast.Name) and node.id == "ROUND_HALF_UP":
        yield "rounding", ast.Name("ROUND_DOWN", ast.Load()), None
    if not isinstance(node, ast.Call):
        return
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name == "quantize":
        is_method = isinstance(node.func, ast.Attribute) and node.func.attr == "quantize" and len(node.args) == 1
        yield "rounding", node.func.value if is_method else node.args[0], None  # type: ignore[union-attr]
    elif name in {"exponent", "_exponent"}:
        yield "rounding", ast.Constant(2), None
    elif name == "smallest_unit":
        yield "rounding", ast.parse("__import__('decimal').Decimal('0.01')", mode="eval").body, None
