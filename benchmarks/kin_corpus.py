"""Invented stories with known copies, and the traps that look like copies: what ``python -m benchmarks.kin`` measures by.

Two variations, each with words, forms and editors of its own: the thresholds were chosen on ``near``, ``held`` was looked at last.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from benchmarks.kin_forms import DAY, FORMS

if TYPE_CHECKING:
    from collections.abc import Iterator

OUTLETS = ("kabar", "warta", "harian", "suluh", "pelita", "gema")

WORDS = {
    "near": {
        "who": "petani nelayan pedagang guru perawat buruh sopir pelajar mahasiswa penyuluh bidan tukang pengrajin warga relawan",
        "did": "memperbaiki membuka menunda mengecek menjual membersihkan mengangkut menyiapkan menolak memeriksa mendata membagikan",
        "what": "saluran irigasi|kapal kayu|gudang beras|ruang kelas|jembatan gantung|pasar ikan|kebun kopi|sumur bor|jalan desa|alat "
                "panen|benih padi|klinik keliling|tambak udang|terminal angkutan|koperasi tenun|kincir air|perahu motor|lumbung pangan",
        "where": "Waluyo Sukasari Randuagung Teluk Bintan Kedungwaru Argamukti Batuputih Loksado Mekarjaya Tanjungsari Cibungur Paseban",
        "why": "karena hujan turun lebih awal|setelah harga pupuk naik|sebelum musim angin barat tiba|agar ongkos angkut berkurang|meski "
               "anggaran dipangkas|sambil menunggu izin keluar|supaya hasil panen tidak busuk|sejak pabrik lama tutup|walau listrik "
               "sering padam|tanpa bantuan dari luar|usai rapat yang panjang|begitu air laut surut",
        "who2": "Sri Wahyuni|Budi Santoso|Ni Luh Ayu|Yohanes Kaka|Siti Maryam|Agus Prasetyo|Dewi Lestari|Hendra Gunawan|Rina Marlina|Teuku "
                "Iskandar|Made Suartana|Fransiska Bere|Joko Widagdo|Lina Herlina",
        "said": "kata ujar tutur jelas ungkap sebut",
        "thing": "biaya hasil jumlah luas target stok produksi pasokan",
        "unit": "ton hektare keluarga rupiah unit karung liter orang",
    },
    "held": {
        "who": "kader dokter penjahit peternak penambang penari penenun pemandu montir satpam juru masak penjaga mercusuar kurir arsiparis",
        "did": "merawat meresmikan memindahkan memugar mengukur mengganti menyewakan menanami memetakan melelang mengarsipkan mengirim",
        "what": "rumah adat|mercusuar tua|bengkel perahu|naskah lontar|kandang komunal|panggung terbuka|museum garam|menara pandang|dermaga "
                "apung|arsip kota|hutan bakau|pos pantau|sanggar tari|rel lori|kapal perpustakaan|ladang garam|kolam retensi",
        "where": "Lamalera Sangihe Oelolok Parangloe Wonokitri Tambolaka Sawahlunto Muntok Sebangau Kaliurang Bawean Selayar Tobelo",
        "why": "demi menarik wisatawan|sesudah badai lewat|sementara dana pusat tertahan|lantaran kayunya lapuk|selagi cuaca cerah|atas "
               "usul warga sendiri|berkat hibah sebuah yayasan|menjelang peringatan hari jadi|di sela kesibukan panen|kendati jalannya "
               "rusak|seiring naiknya permintaan|akibat gempa tahun lalu",
        "who2": "Maria Goreti|Andi Tenri|Wayan Sudira|Kartini Manoppo|Rahmat Hidayat|Yuliana Bete|Ferdinand Wospakrik|Nurul Aini|Petrus "
                "Boli|Cut Meutia|Bambang Irawan|Emilia Nona|Usman Harun|Ratna Komala",
        "said": "kata terang papar tambah aku cerita",
        "thing": "pengunjung anggaran panjang kapasitas pendapatan koleksi peserta muatan",
        "unit": "meter lembar tiket juta pengunjung ekor kursi kilogram",
    },
}  # fmt: skip
# What editors change in a copy without touching its facts.
SWAPS = {
    "near": "karena=sebab kata=ujar agar=supaya meski=walau sebelum=menjelang setelah=usai juga=pun akan=bakal mereka=warga lebih=makin",
    "held": "demi=guna sesudah=setelah lantaran=karena kendati=meski sementara=sedangkan juga=pula akan=hendak kata=tutur mereka=kelompok itu",
}
BOILER = {
    "near": "Kantor berita ini menyiarkan laporan dari dua belas provinsi dan dapat diikuti setiap hari melalui saluran resmi kami di "
            "aplikasi pesan. Redaksi menerima tanggapan pembaca melalui surat elektronik yang tercantum di halaman depan.",
    "held": "Artikel ini diterjemahkan dari bahasa Inggris oleh tim redaksi dengan bantuan perangkat penerjemah dan telah disunting seperlunya. "
            "Bila ada perbedaan arti maka naskah asli yang berlaku, dan pembaca dapat melihatnya pada laman lembaga tersebut.",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """One story. ``family`` is the number of the story it was made from, its own where it is no copy; ``kind`` says what it is."""

    outlet: str
    day: date
    title: str
    text: str
    family: int
    kind: str


class Newsroom:
    """Makes stories, copies and traps, the same for the same seed."""

    def __init__(self, seed: int, variation: str = "near") -> None:
        self.chance, self.variation = random.Random(seed), variation
        self.words = {
            name: held.split("|") if "|" in held else held.split() for name, held in WORDS[variation].items()
        }
        self.swaps = dict(pair.split("=") for pair in SWAPS[variation].split() if "=" in pair)
        self.boiler = BOILER[variation]
        self.places = [f"{where} {side}" for where in self.words["where"] for side in ("Kulon", "Wetan", "Lor", "Kidul", "Tengah", "Anyar", "Ilir", "Ulu", "Gede", "Alit", "Jaya", "Asri")]
        self.chance.shuffle(self.places)

    def word(self, kind: str) -> str:
        return self.chance.choice(self.words[kind])

    def number(self, least: int = 2, most: int = 9000) -> str:
        return f"{self.chance.randint(least, most):,}".replace(",", ".")

    def day(self) -> date:
        return DAY + timedelta(days=self.chance.randrange(60))

    def sentence(self) -> str:
        w = self.word
        made = self.chance.choice((
            f"{w('who')} di {w('where')} {w('did')} {w('what')} {w('why')}",
            f"{w('thing')} {w('what')} di {w('where')} mencapai {self.number()} {w('unit')} {w('why')}",
            f"menurut {w('who2')}, {w('who')} akan {w('did')} {w('what')} dan {w('what')}",
            f"“{w('what')} itu penting bagi {w('who')} {w('why')},” {w('said')} {w('who2')}",
            f"mereka juga {w('did')} {self.number(2, 40)} {w('what')} milik {w('who')} {w('where')}",
            f"{w('why')}, {w('who')} {w('did')} {w('what')} bersama {w('who')} dari {w('where')}",
            f"{w('who2')} {w('said')} {w('thing')} {w('what')} turun dari {self.number()} menjadi {self.number()} {w('unit')}",
            f"{w('what')} di {w('where')} {w('did')} {w('who')} sebanyak {self.number(2, 99)} kali {w('why')}",
        ))  # fmt: skip
        return made[0].upper() + made[1:] + "."

    def paragraphs(self, least: int = 6, most: int = 14) -> list[str]:
        return [" ".join(self.sentence() for _ in range(self.chance.randint(1, 3))) for _ in range(self.chance.randint(least, most))]

    def title(self) -> str:
        return f"{self.word('who').capitalize()} {self.word('where')} {self.word('did').capitalize()} {self.word('what').title()}"

    def others(self, outlet: str) -> list[str]:
        return self.chance.sample([name for name in OUTLETS if name != outlet], self.chance.randint(1, 3))

    # copies

    def edited(self, text: str, rate: float) -> str:
        """Swap words as an editor does, then a few more for good measure; names and numbers stay."""
        def swap(match: re.Match[str]) -> str:
            word = match[0]
            if self.chance.random() < rate and word in self.swaps:
                return self.swaps[word]
            return f"pun {word}" if self.chance.random() < rate / 8 and word.islower() else word
        return re.sub(r"[a-z]+(?![\w’])", swap, text)

    def copy(self, paragraphs: list[str], outlet: str) -> list[str]:
        """Cut, edited, with a lede of its own, a source line, the paper's own furniture: some of these."""
        chance, made = self.chance, list(paragraphs)
        if chance.random() < 0.5:
            made = made[: max(4, round(len(made) * chance.uniform(0.55, 0.95)))]
        if chance.random() < 0.3 and len(made) > 5:
            made.pop(chance.randrange(1, len(made)))
        made = [self.edited(part, chance.choice((0.0, 0.3, 0.8))) for part in made]
        if chance.random() < 0.4:
            made = [self.sentence() + " " + self.sentence(), *made]
        if chance.random() < 0.3:
            made += [self.boiler]
        return [*made, f"Sumber: {outlet.capitalize()}"] if chance.random() < 0.3 else made

    # traps: (outlet, day, title, text) that look alike and are no copies

    def series(self) -> Iterator[tuple[str, date, str, str]]:
        for form in FORMS[:4] if self.variation == "near" else FORMS[2:]:
            outlet, place, seed = self.chance.choice(OUTLETS), self.places.pop(), self.chance.random()
            for number in range(14):
                day = DAY + timedelta(days=number)
                text = form(day, place, random.Random(f"{seed}{number}"))
                yield outlet, day, text.split(".")[0][:70], text


def make(seed: int, stories: int = 2000, variation: str = "near") -> list[Made]:
    """Make a corpus in the order in which it is published."""
    room, made = Newsroom(seed, variation), []

    def add(outlet: str, day: date, title: str, text: str, kind: str, family: int | None = None) -> int:
        made.append(Made(outlet, day, title, text, len(made) if family is None else family, kind))
        return len(made) - 1

    while len(made) < stories:
        outlet, day, paragraphs = room.chance.choice(OUTLETS), room.day(), room.paragraphs()
        first = add(outlet, day, room.title(), "\n\n".join(paragraphs), "story")
        draw = room.chance.random()
        if draw < 0.30:
            for other in room.others(outlet):
                add(other, day + timedelta(days=room.chance.randint(0, 2)), room.title(), "\n\n".join(room.copy(paragraphs, outlet)), "copy", first)
        elif draw < 0.36:  # the same outlet, an hour later, under another headline
            add(outlet, day, room.title(), "\n\n".join([*paragraphs, room.sentence()]), "again", first)
        elif draw < 0.46:  # a follow-up that repeats its background
            keep = paragraphs[-max(2, round(len(paragraphs) * room.chance.uniform(0.3, 0.5))) :]
            add(outlet, day + timedelta(days=1), room.title(), "\n\n".join([*room.paragraphs(5, 8), *keep]), "follow-up")
        elif draw < 0.54:  # two desks at one press conference
            quotes = [room.sentence() for _ in range(2)]
            made[first] = Made(outlet, day, made[first].title, "\n\n".join([*paragraphs, *quotes]), first, "story")
            add(room.others(outlet)[0], day, room.title(), "\n\n".join([*room.paragraphs(), *quotes]), "same event")
        elif draw < 0.60:  # a round-up of three
            mine = [story for story in made if story.outlet == outlet and story.kind == "story"]
            heads = [" ".join(story.text.split("\n\n")[:3]) for story in room.chance.sample(mine, min(3, len(mine)))]
            add(outlet, day, room.title(), "\n\n".join([room.sentence(), *heads, *room.paragraphs(3, 5)]), "round-up")
        elif draw < 0.66:  # different stories with the same furniture below
            made[first] = Made(outlet, day, made[first].title, "\n\n".join([*paragraphs[:4], room.boiler]), first, "story")
            add(room.others(outlet)[0], day, room.title(), "\n\n".join([*room.paragraphs(2, 4), room.boiler]), "furniture")
        elif draw < 0.69:
            for told in room.series():
                add(*told, "form")
    order = sorted(range(len(made)), key=lambda number: (made[number].day, number))
    return [made[number] for number in order]
