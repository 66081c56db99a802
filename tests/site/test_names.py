"""Names and ids of a class are found in every spelling, and what is no name is let be."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_report import made_up_pictures
from measured import composed

from reportgen.answers.document import Figure
from reportgen.config.assignments import built_in_names, load_assignment
from reportgen.render.html import render_html
from reportgen.render.markdown import render_markdown
from reportgen.site.names import Names, Person, common_words
from reportgen.site.texts import texts_of

ANN = Person("Ann Lee", "s1234567")
ZOE = Person("Zoë Müller-García", "77123456")
JAN = Person("Jan van der Berg", "ab12cd")
PLAIN = Person("Łukasz Øster", "w-1002-77")
CLASS = (
    *(ANN, ZOE, JAN, PLAIN),
    *(Person("王小明", "学生77"), Person("김민수", None), Person("Олена Шевченко", "x9")),
    # Names that are words of the trade, or of every day.
    *(Person("Adam Dress", "coat"), Person("Max Bag", "relu"), Person("Will Young", "s1")),
    *(Person("Mark May", "60000"), Person("Rose White", "123"), Person("Coat Shirt", "10000")),
)
NAMES = Names(CLASS)


def found_in(text: str, own: Person | None = None) -> Person | None:
    found = NAMES.in_words(text, own)
    return None if found is None else found.person


ANNS = (
    *("Ann Lee", "ANN LEE", "ann lee", "Lee, Ann", "LEE Ann", "lee,ann", "Ann  Lee", "Ann\nLee"),
    *("Ann-Lee", "Ann_Lee", "Ann.Lee", "annlee", "AnnLee", "leeann", "Ann Lee's", "Ann (Lee)"),
    *("Ann **Lee**", "[Ann](Lee)", "`Ann` *Lee*", "Ann Mary Lee", "Ann M. Lee", "Ánn Lèe"),
    *("Ann\u200bLee", "A\u200bnn Le\u200de", "An\u00adn Lee", "Ann\u00a0Lee", "Ａｎｎ Ｌｅｅ"),
    *("ann.lee@example.org", "lee.ann@example.org", "annlee@example.org", "annlee99@example.org"),
    *("ann@example.org", "lee@example.org", "alee@example.org", "a.lee@x.org", "leea@example.org"),
    *("ann_lee-2026.png", "C:/Users/annlee/x.py", "@annlee", "github.com/ann-lee"),
    *(
        "&#65;nn Lee",
        "Ann&nbsp;Lee",
        "Ann&amp;nbsp;Lee",
        "Ann%20Lee",
        "%41nn%2520Lee",
        "An&shy;n Lee",
    ),
    *("github.com/alee", "/home/alee/x.py", "C:\\Users\\alee\\x.py", "~alee", "user name: `alee`"),
    *("by Ann.", "Ann and I", "thank Ann, who", "Then Ann said", "# Lee", "Dr. Lee", "with A. Lee"),
    *("s1234567", "S1234567", "s 1234567", "s-1234-567", "s 1234 567", "s.1234.567", "S_1234567"),
    *("ｓ１２３４５６７", "s١٢٣٤٥٦٧", "s12\u200b34567", "s1234567@example.org", "S-1234567.pdf"),
    *("1234567", "1234-567", "1234 567", "u1234567", "id:1234567", "s%31234567", "s&#49;234567"),
)
OTHERS = (
    *((text, ZOE) for text in ("Zoe Muller Garcia", "zoe.mueller@x.org", "GARCIA Zoe", "Zoë")),
    *((text, ZOE) for text in ("zoemuller", "Müller-García, Zoë", "MuellerGarcia", "77 123 456")),
    *((text, JAN) for text in ("Jan van den Berg", "van der Berg, Jan", "Jan Berg", "AB 12-CD")),
    *((text, PLAIN) for text in ("Lukasz Oster", "lukasz oester", "W100277", "w/1002/77")),
    *((text, CLASS[4]) for text in ("感谢王小明的帮助", "王 小 明", "学生77")),
    *((text, CLASS[5]) for text in ("김민수는", "김 민수")),
    *((text, CLASS[6]) for text in ("Шевченко Олена", "олена шевченко", "Олена мне помогла")),
    *((text, CLASS[7]) for text in ("Adam Dress", "Dress, Adam", "adam.dress@x.org", "A. Dress")),
    *((text, CLASS[8]) for text in ("Max Bag", "max_bag@x.org", "MaxBag", "Bag, Max")),
    *((text, CLASS[9]) for text in ("Will Young", "Young, Will", "will.young@x.org")),
    *((text, CLASS[10]) for text in ("Mark May", "I asked Mark, too")),
    *((text, CLASS[11]) for text in ("Rose White", "together with Rose")),
)


@pytest.mark.parametrize("text", ANNS)
def test_every_spelling_is_found(text: str) -> None:
    assert found_in(f"so {text} it is") == ANN
    assert found_in(text) == ANN


@pytest.mark.parametrize(("text", "person"), OTHERS)
def test_names_of_all_kinds_are_found(text: str, person: Person) -> None:
    assert found_in(f"so {text} it is") == person


INNOCENT = (
    *("Adam is the optimizer.", "We chose Adam, not SGD.", "adam(0.001)", "optimizers.Adam"),
    *("The Dress is taken for a Coat.", "A Dress or a Bag", "a dress and a coat"),
    *("Max pooling", "MaxPooling2D", "max-pooling", "np.max", "max bags of words", "argmax"),
    *(
        "the model will learn",
        "Will it learn?",
        "it will young",
        "Young models learn",
        "In May 2026",
    ),
    *("Mark the wrong ones.", "White pixels, black ink", "# White on black", "Rose curves"),
    *("60000 images", "of 60,000 images", "10000 test images", "image 123", "123 of 10000"),
    *("leeway", "annual", "canned", "Annelie", "leeks", "s12345678", "abxs1234567", "0.1234567"),
    *("1234567.25", "0.77123456", "1e-77123456", "#771234", "7712345", "1, 234, 567"),
    *("12 | 345 | 67", "relu", "ReLU", "the coat", "Grace Hopper", "Yann LeCun"),
    *(
        "Jan Novak wrote it",
        "a note by Bruce Lee",
        "see Ann Arbor",
        "van der Waals",
        "plan A. Lead",
    ),
    *(
        "王大明",
        "김민숙",
        "Олени",
        "bag-of-words",
        "and/or",
        "train/test",
        "user@lee.edu",
        "",
        "%%%",
    ),
)


@pytest.mark.parametrize("text", INNOCENT)
def test_what_is_no_name_is_let_be(text: str) -> None:
    assert NAMES.in_words(f"So it is. {text}\nSo it is.") is None
    assert NAMES.in_words(text) is None
    assert NAMES.in_file(text) is None


@pytest.mark.parametrize("name", built_in_names())
def test_the_programs_own_texts_name_nobody(name: str) -> None:
    for file, text in load_assignment(name, Path()).files.items():
        assert NAMES.in_words(text) is None, file


LIKE_WORDS = (
    *("Adam Dress", "Max Bag", "Will Young", "Mark May", "Rose White", "Anna Dense", "Tom Trouser"),
    *("Sandal", "Adam", "Jo Softmax", "Figure Long", "Ruth Digits", "Zero One", "Best Shirt"),
)


@pytest.mark.parametrize("name", built_in_names())
def test_a_report_names_nobody_who_is_called_like_a_word_in_it(name: str) -> None:
    report = composed(name).report
    ids = [each.id for each in report.blocks if isinstance(each, Figure)]
    pictures = dict.fromkeys(ids, made_up_pictures()["pair-300"])
    texts = [*texts_of("index.html", render_html(report, pictures).encode())]
    texts.append(render_markdown(report, pictures)[0])
    people = [Person(each, f"s{number}") for number, each in enumerate(LIKE_WORDS)]
    names = Names(people)
    for text in texts:
        for own in (None, *people):
            found = names.in_file(text, own)
            assert found is None, (found, own)


@pytest.mark.parametrize("text", ["Dress4", "Dress", "the Lee", "Lee4", "dress12"])
def test_a_part_of_the_authors_name_does_not_count_in_what_the_program_writes(text: str) -> None:
    for own in (Person("Adam Dress", None), Person("Ann Lee", None)):
        assert Names([own]).in_file(text, own) is None


@pytest.mark.parametrize("text", ["the chart and the train", "along the plane", "and/or/train"])
def test_words_that_an_initial_and_a_name_make_are_let_be(text: str) -> None:
    names = Names(
        [Person(name, None) for name in ("Carl Hart", "Tom Rain", "Ann Long", "Pia Lane")]
    )
    assert names.in_words(text) is None
    assert names.in_words("chart@example.org") is not None


def test_where_and_whose_it_is_is_told() -> None:
    found = NAMES.in_words("one\ntwo\nthanks to ann\tLEE\n")
    assert found is not None
    assert (found.person, found.what, found.written, found.line) == (ANN, "name", "ann LEE", 3)
    found = NAMES.in_words("me: S 1234-567")
    assert found is not None
    assert (found.person, found.what, found.written) == (ANN, "id", "S 1234-567")


ADA = Person("Áda Lovelace", "s12345")
OWN = (
    *(
        "Ada Lovelace",
        "ada lovelace",
        "LOVELACE, Ada",
        "ada.lovelace@x.org",
        "adalovelace",
        "by Ada",
    ),
    *(
        "Lovelace wrote",
        "ADA",
        "Ada Lo\u0301velace",
        "s12345",
        "S12345@x.org",
        "Ada\u00ad",
        "s 12-345",
    ),
)
NOT_OWN = ("Adam", "adaptive", "a lovelace", "s123456", "12345", "", "Canada")


@pytest.mark.parametrize("text", OWN)
def test_the_authors_name_is_found(text: str) -> None:
    assert Names([ADA]).in_words(f"so {text} it is", ADA) is not None


@pytest.mark.parametrize("text", NOT_OWN)
def test_other_words_are_not_the_authors_name(text: str) -> None:
    assert Names([ADA]).in_words(f"so {text} it is", ADA) is None


def test_every_part_of_the_authors_own_name_counts_with_a_capital() -> None:
    for name, text in (
        ("Will", "signed, Will"),
        ("Will Long", "it will long"),
        ("Adam Max", "Adam"),
    ):
        own = Person(name, None)
        assert Names([own]).in_words(text, own) is not None
    assert (
        Names([Person("Will", None)]).in_words("the model will learn", Person("Will", None)) is None
    )


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        *((text, True) for text in ("I, Adam, looked", "Name: Adam", "written by Adam")),
        *((text, True) for text in ("\nAdam\n", "Adam Smith", "by ASmith@x.org", "A. Smith")),
        *((text, False) for text in ("The optimizer is Adam.", "Adam and SGD", "we used Adam")),
    ],
)
def test_an_author_may_be_called_like_a_word_of_the_trade(text: str, counts: bool) -> None:
    own = Person("Adam Smith", None)
    assert (Names([own]).in_words(text, own) is not None) == counts


@pytest.mark.parametrize("name", [None, "", "李", "Ελένη Παπαδοπούλου", "O'Neil", "J. R.", "(("])
def test_any_name_can_be_looked_for(name: str | None) -> None:
    own = Person(name, None)
    names = Names([own])
    assert names.in_words("The accuracy of the two models", own) is None
    if name and re.search(r"\w", name):
        assert names.in_words(f"signed: {name}", own) is not None


def test_short_and_numeric_ids_are_not_taken_for_numbers() -> None:
    for identity in ("7", "17", "123"):
        own = Person(None, identity)
        assert Names([own]).in_words(f"image {identity}", own) is None
    own = Person(None, "9771")
    names = Names([own])
    assert names.in_words("my number is 9771", own) is not None
    assert names.in_words("9771 of 10000") is None  # a class mate's
    assert names.in_file("9771", own) is None
    assert Names([Person(None, "997712")]).in_file("of 997712") is not None
    assert Names([Person(None, "s997712")]).in_file("101770 parameters of 997712") is None
    assert Names([Person(None, "s9977123")]).in_file("with seed 9977123") is not None


def pdf_with(where: str, text: str) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    if where == "title":
        pdf.docinfo["/Title"] = text
    elif where == "metadata":
        with pdf.open_metadata() as metadata:
            metadata["dc:creator"] = [text]
    elif where == "attachment":
        pdf.attachments["a.json"] = pikepdf.AttachedFileSpec(pdf, text.encode(), filename="a.json")
    elif where == "attachment's name":
        pdf.attachments[f"{text}.txt"] = pikepdf.AttachedFileSpec(pdf, b"x", filename="x")
    elif where == "alternative text":
        pdf.pages[0].obj["/Inner"] = pikepdf.Array([pikepdf.Dictionary(Alt=pikepdf.String(text))])
    stream = io.BytesIO()
    pdf.save(stream)
    return stream.getvalue()


def in_file(person: Person, name: str, content: bytes) -> bool:
    names = Names([person])
    return any(names.in_file(text) for text in texts_of(name, content))


PLACES = ("title", "metadata", "attachment", "attachment's name", "alternative text")


@pytest.mark.parametrize("text", ["Łada Lovelace", "nobody"])
@pytest.mark.parametrize("where", PLACES)
def test_a_name_in_a_pdf_is_found(where: str, text: str) -> None:
    found = in_file(Person("Łada Lovelace", None), "report.pdf", pdf_with(where, text))
    assert found == (text != "nobody")


def test_a_name_in_a_page_is_found_across_tags_but_not_in_encoded_data() -> None:
    person = Person("Ada Lovelace", "sabcd")
    page = "<p>{}</p>"
    for text in ("Ada <b>Lovelace</b>", "Ad&#97; Lovelace", '<i title="Ada Lovelace">x</i>'):
        assert in_file(person, "index.html", page.format(text).encode())
    encoded = "A" * 150 + "/sabcd/" + "A" * 150
    assert not in_file(person, "index.html", page.format(encoded).encode())


def test_measured_numbers_in_evidence_are_no_ids() -> None:
    person = Person(None, "997712")
    assert not in_file(person, "evidence.json", b'{"n": 997712, "x": 0.997712}')
    assert in_file(person, "evidence.json", b'{"n": "image 997712"}')
    assert in_file(person, "figures/997712.svg", b"<svg/>")


def test_the_time_does_not_depend_on_how_many_are_looked_for() -> None:
    text = "The model with 128 units gets 97.31 % of 10,000 images right, says report {}.\n"
    page = "".join(text.format(k) for k in range(4000))
    syllables = ("ba", "ko", "mi", "ru", "ten", "sol", "var", "lin")
    words = [a + b + c for a in syllables for b in syllables for c in syllables]
    people = [
        Person(f"{words[k % 512].title()} {words[-k % 511].title()}", f"s{k * 7919 + 10**6}")
        for k in range(500)
    ]
    common_words()
    few, many = Names(people[:5]), Names(people)

    def seconds(names: Names) -> float:
        start = time.process_time()
        assert names.in_words(page) is None
        return time.process_time() - start

    fastest = [min(seconds(names) for _ in range(3)) for names in (few, many)]
    assert fastest[1] < 3 * fastest[0] + 0.05
    assert fastest[1] < 2.0  # of 290 KB; a report has less


@pytest.mark.parametrize(
    "make",
    [
        *(lambda n: "a" * n, lambda n: "Ann " * n, lambda n: "1 " * n, lambda n: "a.b@" * n),
        *(lambda n: "%25" * n, lambda n: "&amp;" * n, lambda n: "s1" * n, lambda n: "@" * n),
        *(lambda n: "Adam " * n, lambda n: "Bob, x, " * n),
    ],
)
def test_no_text_takes_long(make: Callable[[int], str]) -> None:
    own = Person("Adam Long", None)
    bob = Names([own, Person("Bob Lee", "s1111111"), Person("Annann Annann", "1111111")])

    def seconds(n: int) -> float:
        text = make(n)
        start = time.process_time()
        bob.in_words(text, own)
        return time.process_time() - start

    assert seconds(80_000) < 16 * seconds(10_000) + 0.5


PARTS = st.text(st.characters(categories=("Lu", "Ll", "Lo")), min_size=3, max_size=12)


@given(PARTS, PARTS, st.sampled_from((" ", "-", "_", ".", ", ", "\n", "\u200b", "%20", "&nbsp;")))
def test_whatever_a_name_is_made_of_it_is_found(first: str, last: str, between: str) -> None:
    person = Person(f"{first} {last}", None)
    names = Names([person])
    for text in (f"{first}{between}{last}", f"{last}{between}{first}"):
        assert names.in_words(f"so ({text}) it is", person) is not None


@given(st.text(max_size=300), st.text(max_size=40), st.text(max_size=20))
def test_any_text_can_be_gone_through(text: str, name: str, id: str) -> None:
    own = Person(name, id)
    names = Names([own, ANN])
    for found in (names.in_words(text, own), names.in_words(text), names.in_file(text, own)):
        assert found is None or found.line >= 1
