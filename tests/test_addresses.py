"""The story id is the key: each form in which an outlet writes a story's address leads to it, and what is no story has none."""

from __future__ import annotations

import pytest

from pipelines import load
from pipelines.outlets import names, outlet_of

# outlet, address (of each era and device, as public lists and saved pages print them), id
FORMS = [
    ("antaranews", "https://www.antaranews.com/berita/5345678/bakau-muara", "5345678"),
    ("antaranews", "https://www.antaranews.com/foto/5345679/panen-garam", "foto/5345679"),
    ("antaranews", "https://sumbar.antaranews.com/berita/345678/tenun", "sumbar.antaranews.com/berita/345678"),
    ("beritasatu", "https://www.beritasatu.com/nasional/2812345/jembatan-desa", "2812345"),
    ("beritasatu", "https://www.beritasatu.com/sari-puspita/nasional/685620/jembatan-desa", "685620"),
    ("beritasatu", "https://www.beritasatu.com/nasional/285620-jembatan-desa.html", "285620"),
    ("cnbcindonesia", "https://www.cnbcindonesia.com/market/20260810101010-17-654321/rupiah", "654321"),
    ("cnnindonesia", "https://www.cnnindonesia.com/nasional/20260810101010-20-1391028/banjir", "1391028"),
    ("detik", "https://news.detik.com/berita/d-7016153/banjir-surut", "7016153"),
    ("detik", "https://www.detik.com/jabar/berita/d-7016153/banjir-surut", "7016153"),
    ("detik", "http://sport.detik.com/sepakbola/read/2016/02/14/203015/3141592/76/gol", "3141592"),
    ("fimela", "https://www.fimela.com/lifestyle/read/4268870/kebun-atap", "4268870"),
    ("jpnn", "https://www.jpnn.com/news/warga-tanam-bakau", "warga-tanam-bakau"),
    ("jpnn", "https://jatim.jpnn.com/kriminal/12345/warga-tanam-bakau", "jatim.jpnn.com/kriminal/12345"),
    ("kompas", "https://money.kompas.com/read/2023/11/02/213419026/tiket-kereta?page=all", "2023/11/02/213419026"),
    ("kompas", "http://nasional.kompas.com/read/2016/02/16/14382361/Judul.Bertitik", "2016/02/16/14382361"),
    ("liputan6", "http://photo.liputan6.com/news/panen-garam-2436773", "2436773"),
    ("liputan6", "https://m.liputan6.com/amp/4611435/kebun-atap", "4611435"),
    ("liputan6", "https://today.liputan6.com/4918044", "4918044"),
    ("mediaindonesia", "https://mediaindonesia.com/ekonomi/851796/panen-garam", "851796"),
    ("mediaindonesia", "https://mediaindonesia.com/read/detail/251796-panen-garam", "251796"),
    ("merdeka", "https://www.merdeka.com/peristiwa/panen-garam.html", "panen-garam"),
    ("merdeka", "https://www.merdeka.com/peristiwa/read/8250001/panen-garam", "8250001"),
    ("merdeka", "https://www.merdeka.com/foto/peristiwa/1234567/panen-garam.html", "1234567"),
    ("okezone", "https://economy.okezone.com/read/2020/07/08/320/2243366/usaha-kecil", "2243366"),
    ("republika", "https://news.republika.co.id/berita/tjnhgo490/haji-muda", "tjnhgo490"),
    ("republika", "http://nasional.republika.co.id/berita/nasional/daerah/16/02/15/o2l07x284-film", "o2l07x284"),
    ("sindonews", "https://nasional.sindonews.com/read/1234567/13/kapal-1700000000", "1234567"),
    ("suara", "https://www.suara.com/news/2026/07/24/070859/gamelan-muda", "2026/07/24/070859/gamelan-muda"),
    ("tempo", "http://gaya.tempo.co/read/news/2015/11/05/060716092/taman-atap", "716092"),
    ("tempo", "https://nasional.tempo.co/read/1612345/bus-sekolah", "1612345"),
    ("tempo", "https://www.tempo.co/politik/penyu-pulang-1234567", "1234567"),
    ("tempo", "https://cekfakta.tempo.co/fakta/2345/foto-lama", "cekfakta.tempo.co/fakta/2345"),
    ("tribunnews", "https://www.tribunnews.com/nasional/2020/05/04/belajar-di-rumah", "2020/05/04/belajar-di-rumah"),
    ("tribunnews", "https://www.tribunnews.com/nasional/7867397/belajar-di-rumah", "7867397"),
    ("tribunnews", "https://jogja.tribunnews.com/diy/1212345/belajar", "jogja.tribunnews.com/diy/1212345"),
    ("viva", "http://life.viva.co.id/showbiz/read/736460-pianis-cilik", "736460"),
    ("yahoo-id", "https://id.berita.yahoo.com/panen-garam-233000971.html", "panen-garam-233000971"),
]
NO_STORY = [
    ("antaranews", "https://www.antaranews.com/tag/garam"),
    ("detik", "https://news.detik.com/indeks/2"),
    ("detik", "https://20.detik.com/detikupdate/20241004-241004100/video"),
    ("kompas", "https://indeks.kompas.com/?site=all&date=2026-08-10&page=2"),
    ("liputan6", "https://www.liputan6.com/indeks/2021/12/30?page=2"),
    ("merdeka", "https://www.merdeka.com/reporter/sari-puspita.html"),
    ("tempo", "https://www.tempo.co/tag/garam-1234567"),
    ("tribunnews", "https://www.tribunnews.com/index-news?page=2"),
    ("viva", "https://www.viva.co.id/indeks"),
]


@pytest.mark.parametrize(("slug", "url", "own"), FORMS, ids=[url for _, url, _ in FORMS])
def test_a_storys_address(slug: str, url: str, own: str) -> None:
    assert load(slug).story_id(url) == own
    found = outlet_of(url)
    assert found
    assert found.slug == slug


@pytest.mark.parametrize(("slug", "url"), NO_STORY, ids=[url for _, url in NO_STORY])
def test_no_storys_address(slug: str, url: str) -> None:
    assert load(slug).owns(url)
    assert load(slug).story_id(url) is None


def test_every_outlet_is_asked() -> None:
    assert {slug for slug, *_ in FORMS} == set(names())


@pytest.mark.parametrize("slug", names())
def test_no_form_is_idle(slug: str) -> None:
    """Each pattern is the first to know some address above."""
    outlet = load(slug)
    places = [url.partition("://")[2].partition("?")[0] for own, url, _ in FORMS if own == slug]
    first = [next((pattern.pattern for pattern in outlet.story if pattern.search(place)), None) for place in places]
    assert {pattern.pattern for pattern in outlet.story} <= set(first)
