"""The table of names is made from the code as it is."""

from .presence import TABLE, Name, missing_attributes, refusal, state, stored_names, table


def test_the_stored_list_is_whole():
    names = stored_names()
    assert len(names) > 1700 and len({name.module for name in names}) == 62
    assert Name("mx.gluon.nn", "Dense", ()) in [Name(n.module, n.name) for n in names]


def test_the_table_is_current():
    assert TABLE.read_text(encoding="utf-8") == table(), "run: python -m tests.fidelity.presence --write"


def test_every_name_is_there_or_refused_and_nine_of_ten_are_there():
    states = [state(name) for name in stored_names()]
    assert states.count("missing") == 0
    assert states.count("present") >= 0.9 * len(states)


def test_a_refusal_has_a_reason():
    name = Name("mx.nd.contrib", "quantize")
    assert state(name) == "refused" and "8-bit" in str(refusal(name))


def test_what_a_class_sets_in_its_constructor_counts_as_its_attribute():
    assert missing_attributes(Name("mx.gluon", "Trainer", ("step", "optimizer", "nothing_of_the_kind"))) == [
        "nothing_of_the_kind"
    ]
