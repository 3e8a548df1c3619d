"""The page of a paper, as text: what is on it, and that nothing gets out of it."""

import re
from html.parser import HTMLParser

import pytest
from report_tier import CLAIMS, LESSON, NASTY, NOTE, OWN, Tier

from vitatlas.jobs.embedded import read_provenance

VOID = {"meta", "img", "input", "br"}
NOT_MADE = {f"../verdicts/paper{name}.md" for name in ("", "_invariants", "_null")}
"""Pages that the small tier of these tests does not have."""


class Page(HTMLParser):
    """Ids, links and texts of a page; checks that its tags are balanced."""

    def __init__(self, text: str):
        super().__init__()
        self.ids, self.links, self.loaded, self.words, self.open = [], [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.open += [] if tag in VOID else [tag]
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"]] if "href" in found else []
        self.loaded += [found["src"]] if "src" in found else []
        assert not any(name.startswith("on") for name in found)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, self.getpos()

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module")
def tier(tmp_path_factory):
    return Tier(tmp_path_factory.mktemp("tier"))


@pytest.fixture(scope="module")
def text(tier):
    return tier.make()


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def section(text: str, start: str, end: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", text[text.index(start) : text.index(end, text.index(start))]).split())


def test_the_page_is_well_formed_and_ids_are_unique(page):
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))


def test_every_artifact_of_the_tier_is_on_it_and_in_its_contents(page):
    names = ["figure_01", "extra_more_detail", "table_01"]
    assert [name for name in page.ids if name in names] == names
    assert {f"#{name}" for name in names} <= set(page.links)


def test_every_link_leads_to_a_place_on_the_page_or_a_file_beside_it(page, tier):
    for link in page.links:
        if link.startswith("#"):
            assert link[1:] in page.ids, link
        elif link not in NOT_MADE:
            assert (tier.page.parent / link).is_file(), link


def test_nothing_is_loaded_and_no_script_runs(page, text):
    assert len(page.loaded) == 3 and all(source.startswith("data:image/") for source in page.loaded)
    assert re.findall(r"<script[^>]*>", text) == ['<script type="application/json" id="provenance">']
    assert "default-src 'none'" in text
    assert not re.search(r"@import|url\(", text)


def test_whatever_others_wrote_is_escaped(page, text):
    assert NASTY not in text.split("</head>")[1]
    assert sum(NASTY in word for word in page.words) >= 4


def test_verdicts_stand_in_the_table_and_with_their_artifact(text):
    table = section(text, '<section id="verdicts"', "</section>")
    assert "all judged (4)" in table and "not reproduced (1)" in table
    assert "0.912 ± 0.020 (3 runs) -3.12 Figure 1" in table and "Mini net · 7 0.85" in table
    assert "2: a miniature is not compared in value" in table
    figure = section(text, '<article id="figure_01"', "</article>")
    assert "Statement 1" in figure and "not judged here: 1" in figure and "Statement 4" not in figure
    assert "direction only" in section(text, '<article id="table_01"', "</article>")
    assert "not judged here: 1" in section(text, '<article id="table_01"', "</article>")
    assert "1 claim of the paper: 1 direction only" in section(text, '<article id="table_01"', "</article>")
    assert "4 claims reproduced 2 direction only 1 not reproduced 1 2 numbers not attempted 2" in table


def test_figures_come_first_and_verdicts_are_folded(text):
    parts = [
        text.index(f'<section id="{name}"') for name in ("overview", "figures", "tables", "verdicts", "invariants")
    ]
    assert parts == sorted(parts)
    tables = [match.start() for match in re.finditer('<table class="cards claims"', text)]
    assert len(tables) == 3
    for place in tables:  # each inside a fold that is not open
        assert text.rfind("<details>", 0, place) > text.rfind("</details>", 0, place)


def test_no_name_of_programs_stands_among_reasons(text):
    table = section(text, '<article id="table_01"', "</article>")
    assert "of Tiny net as “Statement 1”, see Figure 2 (or this/that) Tiny net, Mini net" in table
    assert "a ≥ b ± 0.007 (1 run)" in table


def test_notes_stand_once_and_artifacts_lead_to_them(text, page):
    for note in (NOTE, LESSON):
        assert text.split("</head>")[1].count(note) == 1
    assert f'<li id="note-1" class="callout">{NOTE}</li><li id="note-2">{LESSON}</li>' in text
    assert page.links.count("#note-1") == page.links.count("#note-2") == 3


def test_a_note_of_one_artifact_stands_with_it(text):
    figure = section(text, '<article id="figure_01"', "</article>")
    assert OWN in figure and text.count(OWN) == 1 and "note-3" not in text


def test_every_artifact_says_how_many_runs_it_is_of(text):
    for name in ("figure_01", "extra_more_detail", "table_01"):
        assert section(text, f'<article id="{name}"', "</article>").count("Runs: Mini net 2 to 3, Other net 1.") == 1


def test_what_is_our_reading_stands_with_the_title(text):
    assert "1 &amp; more. Our reading of the paper: its rows" in section(text, '<article id="figure_01"', "</article>")
    assert "Our reading" not in section(text, '<article id="table_01"', "</article>")
    assert "Under 1 title stands" in section(text, '<section id="overview"', "</section>")


def test_the_overview_begins_with_the_tutorial_and_says_which_models_stand_in(tier, text):
    overview = section(text, '<section id="overview"', "</section>")
    assert (
        overview.startswith("Overview Start with the tutorial")
        and "here in the paper Mini net Large net, Larger" in overview
    )
    assert "1 figure, 1 figure of our own, 1 table." in overview
    assert "snakemake paper_tutorial makes it" in overview
    bare = section(tier.make(stand_ins={}, tutorial=None), '<section id="overview"', "</section>")
    assert "stand in" not in bare and "tutorial" not in bare


def test_a_table_is_shown_with_its_cells_and_notes(text):
    table = section(text, '<article id="table_01"', "</article>")
    assert "mini-objects 99.6 ± 0.2" in table and "A note below the table." in table
    assert re.search(r'<td role="cell" data-label="Test" class="n">99.6 ± 0.2</td>', text)


def test_costs_count_the_own_job_and_those_before(text):
    figure = section(text, '<article id="figure_01"', "</article>")
    assert "Drawn in 2 s, 300 MB" in figure
    assert "6 jobs, 3.6 min in sum, up to 700 MB" in figure
    assert "not measured" in section(text, '<article id="extra_more_detail"', "</article>")
    row = section(text, '<th role="rowheader" scope="row"><a href="#figure_01"', "</tbody>")
    command = r"\.venv/bin/snakemake --cores all --force results/demo/figures/paper/figure_01\.csv --config tier=demo"
    assert re.fullmatch(rf"Figure 1 2 s 6 3\.6 min 700 MB [\d.]+ kB [\d.]+ kB {command}", row), row


def test_the_command_of_an_artifact_names_the_paper_and_where_it_must_the_tier(tier, text):
    assert "Command snakemake paper_figure_01 Drawn" in section(text, '<article id="figure_01"', "</article>")
    other = tier.make(command="snakemake {target} --config tier=smoke")
    assert "snakemake paper_table_01 --config tier=smoke" in section(other, '<article id="table_01"', "</article>")


def test_titles_captions_and_notes_are_those_in_the_artifacts(text):
    figure = section(text, '<article id="figure_01"', "</article>")
    assert figure.count("Interventions") == 1 and "1 &amp; more" in figure and "Long enough to be read." in figure


def test_the_compute_table_ends_in_its_sum(text):
    assert "das 2 1.5 h" not in text
    compute = section(text, '<section id="compute"', "</section>")
    assert "das 2 90.0 min 60.0 min 612 MB" in compute and "scenes 1 4 s 4 s –" in compute
    assert "all 3 90.1 min – 612 MB" in compute


def test_invariants_say_whether_they_held(text):
    found = section(text, '<section id="invariants"', "</section>")
    assert "held It holds" in found and "violated It does not 0.01 1e-06" in found


def test_what_is_not_made_is_named_with_the_reason(text):
    assert "Figure 2 Not made: pending; not yet" in section(text, '<section id="missing"', "</section>")


def test_miniature_numbers_are_called_so(text):
    assert "miniature models" in section(text, '<section id="overview"', "</section>")
    for name in ("figure_01", "table_01"):
        assert "1: demo tier" in section(text, f'<article id="{name}"', "</article>")


def test_what_must_stand_beside_all_results_is_in_the_overview(tier):
    text = tier.make(notes=["Made otherwise.", NASTY])
    assert (
        text.count('<li id="note-2" class="callout">Made otherwise.</li>') == 1
        and NASTY not in text.split("</head>")[1]
    )


def test_pictures_are_made_smaller(text):
    assert re.search(r'<img src="data:image/webp;base64,[^"]+" width="1200" height="450"', text)


def test_the_provenance_can_be_read_from_the_page(tier, text):
    record = read_provenance(tier.page)
    assert record["spec"]["paper"] == "paper" and any(name.endswith("compute.csv") for name in record["inputs"])


def test_the_same_files_make_the_same_page(tier, text):
    assert tier.make() == text


def test_a_paper_without_published_numbers_has_a_page_without_verdicts(tmp_path):
    page = Page(Tier(tmp_path, claims=False).make())
    assert "verdicts" not in page.ids and "#verdicts" not in page.links and "figure_01" in page.ids


def test_a_page_of_what_is_no_publication_does_not_speak_of_a_paper(tmp_path):
    text = Tier(tmp_path, claims=False).make(stand_ins={}, tutorial=None)
    assert "paper" not in section(text, '<section id="overview"', "</section>").replace("our reading of the paper", "")
    assert "paper" not in section(text, '<section id="missing"', "</section>")


def test_a_paper_without_invariants_has_a_page_without_them(tmp_path):
    text = Tier(tmp_path, invariants=False).make()
    page = Page(text)
    assert "invariants" not in page.ids and "#invariants" not in page.links and "Invariants" not in text
    assert page.open == []


def test_claims_are_as_many_as_were_given(text):
    judged = [claim for claim in CLAIMS if claim["verdict"] != "not attempted"]
    table = text[text.index('<section id="verdicts"') : text.index('<section id="invariants"')]
    assert table.count('<tr role="row" class=') == len(judged)
