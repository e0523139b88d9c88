"""A PDF holds what it was given, and reaches for nothing else."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from pypdf import PdfReader

from server.documents import cache, figures, pdf
from server.kernel.problems import Problem

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def text_of(content):
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_rare_characters_of_names_print():
    html = "<p style=\"font-family:'Noto Serif CJK SC','WenQuanYi Micro Hei'\">䶮 堃 垚 𠮷 青阳县</p>"
    content = pdf.render(html, {})
    for character in "䶮堃垚𠮷青":
        assert character in text_of(content)


def test_the_same_page_makes_the_same_bytes():
    html = "<h1>现场检查记录</h1>"
    assert pdf.render(html, {}) == pdf.render(html, {})


def test_a_picture_comes_from_the_given_assets():
    content = pdf.render('<img src="asset:one">', {"one": PIXEL})
    assert len(PdfReader(io.BytesIO(content)).pages[0].images) == 1


@pytest.mark.parametrize(
    "address", ["file:///etc/hostname", "http://127.0.0.1:9/x.png", "asset:other", "/etc/hostname", "data:,x"]
)
def test_nothing_else_is_fetched(address, monkeypatch):
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("reached for the network"))
    content = pdf.render(
        f'<img src="{address}"><link rel="stylesheet" href="{address}"><p>文字</p>', {"one": PIXEL}
    )
    reader = PdfReader(io.BytesIO(content))
    assert not reader.pages[0].images
    assert not reader.attachments


def test_a_file_is_not_attached_to_a_pdf():
    content = pdf.render('<link rel="attachment" href="file:///etc/hostname"><p>文字</p>', {})
    assert not PdfReader(io.BytesIO(content)).attachments


def test_without_a_chinese_font_the_packages_are_named(monkeypatch):
    monkeypatch.setattr(pdf, "has_chinese_font", lambda: False)
    pdf._weasyprint.cache_clear()
    with pytest.raises(Problem) as raised:
        pdf.render("<p>文字</p>", {})
    pdf._weasyprint.cache_clear()
    assert raised.value.code == "pdf-unavailable"
    assert "fonts-noto-cjk" in raised.value.detail("zh")


def test_a_chinese_font_is_seen():
    assert pdf.has_chinese_font()


def test_a_signature_is_cropped_to_its_ink_and_says_whose_it_is():
    drawn = figures.signature(
        {"width": 900, "height": 300, "strokes": [[100, 100, 200, 150], [300, 120]]}, '冯<b>"'
    )
    assert 'viewBox="92 92 216 66"' in drawn
    assert "M100 100L200 150" in drawn
    assert "M300 120L300 120" in drawn  # a dot
    assert "<b>" not in drawn


def test_an_empty_drawing_is_an_empty_figure():
    assert 'viewBox="0 0 30 20"' in figures.signature({"width": 30, "height": 20, "strokes": []}, "")


def test_a_pdf_is_made_once_for_a_key(tmp_path):
    made = []

    def make():
        made.append(1)
        return b"%PDF"

    first, second = (cache.kept(tmp_path / "documents", "ab12", make) for _ in range(2))
    assert first == second
    assert first.read_bytes() == b"%PDF"
    assert made == [1]
    assert [one.name for one in (tmp_path / "documents").iterdir()] == ["ab12.pdf"]


def test_two_who_ask_at_once_have_it_made_once(tmp_path):
    made, begun, go = [], threading.Event(), threading.Event()

    def make():
        made.append(1)
        begun.set()
        assert go.wait(60)
        return b"%PDF"

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(cache.kept, tmp_path, "ab12", make)
        assert begun.wait(60)
        second = pool.submit(cache.kept, tmp_path, "ab12", make)
        go.set()
        assert first.result() == second.result()
    assert made == [1]


def test_a_key_is_no_path(tmp_path):
    with pytest.raises(ValueError, match="digest"):
        cache.kept(tmp_path, "../x", lambda: b"")
