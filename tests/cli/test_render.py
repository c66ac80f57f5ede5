"""What people read: paths as sentences, and nothing that a terminal would obey."""

from dataclasses import replace

from personagraph.cli.tables.path_text import tell_path
from personagraph.cli.terminal.render import visible
from personagraph.types import Path, Persona, Relationship, persona_id
from personagraph.vocabulary.relationships import relationship_key


def persona(text: str) -> Persona:
    return Persona(persona_id(text), text, 0, 0, "import", "r1")


def tie(source: Persona, type: str, target: Persona, *, former: bool = False, label: str = "") -> Relationship:
    key = relationship_key(source.id, type, target.id, label)
    return Relationship(key, source.id, target.id, type, label=label, former=former)


def test_a_path_is_told_as_a_sentence_from_either_end_of_its_relationships():
    baker, nurse, cook = persona("A baker from Lima."), persona("An old nurse"), persona("the cook of a ship")
    path = Path((baker, nurse, cook), (tie(baker, "TEACHES", nurse), tie(cook, "TREATS", nurse, former=True)))
    assert tell_path(path) == [
        "A baker from Lima",
        "  teaches an old nurse,",
        "  who formerly is treated by the cook of a ship.",
    ]


def test_a_path_tells_own_words_of_whom_they_were_said():
    zoe, abe, cy = persona("Zoe"), persona("Abe"), persona("Cy")
    reports = tie(zoe, "TIED_TO", abe, label="reports to")
    owns = tie(cy, "TIED_TO", zoe, label="is the landlord of", former=True)
    assert tell_path(Path((cy, zoe, abe), (owns, reports))) == [
        "Cy",
        "  formerly is the landlord of Zoe,",
        "  who reports to Abe.",
    ]
    assert tell_path(Path((abe, zoe, cy), (reports, owns))) == [
        "Abe",
        '  is the target of "reports to" from Zoe,',
        '  who formerly is the target of "is the landlord of" from Cy.',
    ]


def test_of_a_link_a_path_says_how_it_was_found_and_what_the_ends_say():
    zoe, abe, cy = persona("A Zoe"), persona("Abe"), persona("Cy")
    found = replace(tie(zoe, "TEACHES", abe), via="similar", agreement="both")
    denied = replace(tie(cy, "TREATS", abe), agreement="denied")
    assert tell_path(Path((zoe, abe, cy), (found, denied))) == [
        "A Zoe",
        "  teaches Abe [linked: similar; both ends say so],",
        "  who is treated by Cy [one end denies it].",
    ]


def test_a_path_to_oneself_is_that_persona():
    assert tell_path(Path((persona("A baker"),), ())) == ["A baker."]


def test_terminal_escapes_and_bidi_marks_are_shown_and_not_obeyed():
    assert visible("a\x1b[31mb\u202ec\r") == "a\ufffd[31mb\ufffdc\ufffd"
