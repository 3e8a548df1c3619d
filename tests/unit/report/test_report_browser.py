"""The page of a paper in a real browser: what it shows, what it asks for, whether it fits a phone."""

import re

import pytest
from browser import COMMAND, Browser
from PIL import Image
from report_tier import Tier

pytestmark = pytest.mark.skipif(COMMAND is None, reason="no Chromium here")
PHONE = 390


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    tier = Tier(tmp_path_factory.mktemp("tier"))
    tier.make()
    return tier.page


@pytest.fixture
def browser(tmp_path):
    return Browser(tmp_path)


def colors(path) -> int:
    with Image.open(path) as image:
        return len(image.convert("RGB").getcolors(maxcolors=10**7))


def test_it_shows_every_artifact_and_complains_of_nothing(page, browser):
    shown, console = browser.dump(page)
    assert console == []
    assert re.findall(r'<article id="(\w+)"', shown) == ["figure_01", "extra_more_detail", "table_01"]
    assert "<title>broken" not in shown


@pytest.mark.parametrize("arguments", [(), ("--force-dark-mode",)], ids=["light", "dark"])
def test_a_picture_of_it_is_not_empty(page, browser, arguments):
    assert colors(browser.screenshot(page, 1280, 900, *arguments)) > 50


def test_it_asks_for_nothing(page, browser):
    assert browser.requests(page) == []


def test_a_page_that_asks_for_something_would_be_noticed(page, browser, tmp_path):
    other = tmp_path / "asks.html"
    other.write_text('<img src="http://127.0.0.1:9/picture.png">')
    assert browser.requests(other) == ["http://127.0.0.1:9/picture.png"]


def test_its_own_policy_keeps_it_from_asking(page, browser):
    other = page.with_name("asks.html")
    other.write_text(page.read_text().replace("</main>", '<img src="http://127.0.0.1:9/picture.png"></main>'))
    assert browser.requests(other) == []
    assert len(browser.dump(other)[1]) == 1


@pytest.mark.parametrize("window", [PHONE, 1280])
def test_it_is_no_wider_than_the_window(page, browser, window):
    assert browser.width(page, window) == window


def test_no_table_scrolls_sideways_on_a_phone(page, browser):
    other = page.with_name("open.html")
    other.write_text(page.read_text().replace("<details>", "<details open>"))
    assert browser.overflowing(other, ".scroll", PHONE) == []


def test_a_table_that_scrolls_sideways_would_be_noticed(page, browser):
    other = page.with_name("wide_table.html")
    other.write_text(page.read_text().replace('<table class="cards"', '<table style="min-width: 600px" class="cards"'))
    assert "table_01-title" in browser.overflowing(other, ".scroll", PHONE)


def test_a_page_that_is_too_wide_would_be_noticed(page, browser):
    other = page.with_name("wide.html")
    other.write_text(page.read_text().replace("</main>", '<p style="width: 600px">wide</p></main>'))
    assert browser.width(other, PHONE) > PHONE
