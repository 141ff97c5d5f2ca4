"""Faults are found by what the code says, have names that stay, and change one thing."""

import ast
from pathlib import Path

import pytest

from tests.mutation.choice import candidates, chosen, modules
from tests.mutation.operators import Mutant, mutants_of, planted

ROOT = Path(__file__).resolve().parents[2]
MODULE = """
def give(user, amount, left):
    if not amount:
        return
    if user is None or amount > left:
        raise Refused
    with transaction.atomic():
        row = Row.objects.select_for_update().filter(user=user, state="open").first()
        row.left -= quantize(amount, "USD")
        row.save(update_fields=["left"])
        publish(given, row=row.pk)
"""
EXPECTED = {
    "early return": ["pass"],
    "refusal": ["pass"],
    "clause": ["if amount > left: raise Refused", "if user is None: raise Refused"],
    "comparison": ["amount >= left"],
    "atomic": ["__import__('contextlib').nullcontext()"],
    "lock": ["Row.objects.all()"],
    "owner": ["Row.objects.select_for_update().filter(state='open')"],
    "condition": ["Row.objects.select_for_update().filter(user=user)"],
    "sign": ["row.left += quantize(amount, 'USD')"],
    "rounding": ["amount"],
    "write": ["pass", "pass"],
}


@pytest.fixture
def found() -> list[Mutant]:
    return mutants_of(MODULE, "shop/services.py")


def test_every_kind_is_found(found: list[Mutant]) -> None:
    by_operator: dict[str, list[str]] = {}
    for mutant in found:
        by_operator.setdefault(mutant.operator, []).append(mutant.after)
    assert by_operator == EXPECTED


def test_each_changes_one_thing_and_still_compiles(found: list[Mutant]) -> None:
    original = ast.unparse(ast.parse(MODULE))
    versions = {planted(MODULE, mutant) for mutant in found}
    assert len(versions) == len(found)
    assert original not in versions
    for version in versions:
        compile(version, "services.py", "exec")


def test_no_argument_is_named_twice() -> None:
    module = "def paid(rows):\n    return rows.filter(paid__gt=0, paid__gte=5, left__lt=1)\n"
    found = [mutant.after for mutant in mutants_of(module, "shop/querysets.py") if mutant.operator == "comparison"]
    assert found == ["left__lte=1"]


def test_a_name_does_not_depend_on_where_in_the_file_it_stands(found: list[Mutant]) -> None:
    moved = mutants_of("def other():\n    return 1 - 2\n" + MODULE, "shop/services.py")
    assert {mutant.name for mutant in found} <= {mutant.name for mutant in moved}


def test_the_choice_is_the_same_every_time_and_covers_every_module_with_rules() -> None:
    found = candidates(ROOT)
    taken = chosen(found, count=200)
    assert taken == chosen(reversed(found), count=200)
    assert len({mutant.name for mutant in taken}) == 200
    assert {mutant.path for mutant in taken} == {mutant.path for mutant in found}
    assert {mutant.operator for mutant in taken} == set(EXPECTED)
    assert {mutant.app for mutant in taken} == {str(path.relative_to(ROOT)).split("/")[0] for path in modules(ROOT)}
