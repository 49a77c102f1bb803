"""What newsrooms print anew each day in the same words: weather, gold, prayers. Of all of them none is a copy of another."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

DAY = date(2026, 3, 2)
DAYS = ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"]


def printed(day: date) -> str:
    return f"{DAYS[day.weekday()]} ({day.day}/{day.month}/{day.year})"


def weather(day: date, place: str, chance: random.Random) -> str:
    sky = ("cerah", "berawan", "hujan ringan", "hujan lebat", "berkabut")
    rows = [
        f"Wilayah {place} {city} diperkirakan {chance.choice(sky)} pada pagi hari dan {chance.choice(sky)} pada malam hari dengan suhu udara antara "
        f"{chance.randint(21, 25)} hingga {chance.randint(29, 35)} derajat Celsius serta kelembapan {chance.randint(55, 95)} persen."
        for city in ("Pusat", "Utara", "Selatan", "Barat", "Timur")
    ]  # fmt: skip
    head = f"Badan meteorologi merilis prakiraan cuaca untuk {place} pada {printed(day)}. Masyarakat diminta tetap waspada."
    return "\n\n".join([head, *rows, "Prakiraan ini diperbarui setiap enam jam dan dapat dilihat pada laman resmi badan tersebut."])


def gold(day: date, place: str, chance: random.Random) -> str:
    price = chance.randint(1_800_000, 2_100_000)
    rows = [f"Harga emas {grams} gram dijual Rp {price * grams + chance.randint(-9, 9) * 1000:,} per batang.".replace(",", ".") for grams in (1, 2, 5, 10, 25)]
    head = (f"Harga emas batangan di {place} pada {printed(day)} dibuka di level Rp {price:,} per gram atau {chance.choice(('naik', 'turun'))} Rp "
            f"{chance.randint(1, 30)}.000 dari hari sebelumnya.").replace(",", ".")  # fmt: skip
    tail = "Harga jual kembali belum termasuk pajak penghasilan sesuai peraturan menteri keuangan, dan pembeli wajib membawa kartu identitas."
    return "\n\n".join([head, "Berikut rincian harga emas yang dikutip dari laman resmi pada pagi hari.", *rows, tail])


def prayers(day: date, place: str, chance: random.Random) -> str:
    base = 4 * 60 + 20 + sum(map(ord, place)) % 40 + (day - DAY).days // 3
    def at(minute: int) -> str:
        return f"{minute // 60:02}.{minute % 60:02}"
    rows = [f"{place} {city} Subuh {at(base + k)} Zuhur {at(base + 440 + k)} Asar {at(base + 640 + k)} Magrib {at(base + 806 + k)} Isya {at(base + 875 + k)} waktu setempat."
            for k, city in enumerate(("Pusat", "Tengah", "Pesisir", "Hulu", "Hilir", "Lembah"))]  # fmt: skip
    head = f"Berikut jadwal salat untuk wilayah {place} dan sekitarnya pada {printed(day)}. Umat muslim dianjurkan salat tepat waktu."
    return "\n\n".join([head, *rows, "Jadwal di atas dapat berbeda satu hingga dua menit menurut tempat. " * 2 + f"{chance.choice(('Semoga', 'Moga'))} bermanfaat."])


def market(day: date, place: str, chance: random.Random) -> str:
    n = chance.randint
    return (
        f"Indeks harga saham bursa {place} dibuka {chance.choice(('menguat', 'melemah'))} pada perdagangan {printed(day)}.\n\nIndeks berada di posisi "
        f"{n(6500, 7500)},{n(10, 99)} atau berubah {n(1, 90)},{n(10, 99)} poin dari penutupan sebelumnya. Sebanyak {n(100, 300)} saham menguat, "
        f"{n(100, 300)} saham melemah dan {n(100, 300)} saham diam di tempat.\n\nTotal frekuensi perdagangan {n(20, 90)}.{n(100, 999)} kali dengan "
        f"volume {n(1, 3)},{n(1, 9)} miliar saham. Nilai transaksi harian Rp {n(500, 900)},{n(1, 9)} miliar. Posisi dolar terhadap rupiah di kisaran "
        f"{n(15, 17)}.{n(100, 999)}.\n\nSeluruh sektor saham bergerak {chance.choice(('beragam', 'searah'))}, dengan sektor energi berubah "
        f"{n(0, 2)},{n(10, 99)} persen dan sektor keuangan berubah {n(0, 2)},{n(10, 99)} persen."
    )  # fmt: skip


def driving(day: date, place: str, chance: random.Random) -> str:
    spots = chance.sample(["Lapangan Banteng", "Mal Citra", "Kantor Pos Besar", "Terminal Kalideres", "Alun-Alun Utara", "Pasar Baru", "Stasiun Kota", "Taman Lansia"], 4)
    rows = [f"Untuk wilayah {zone} layanan berada di {spot} mulai pukul {chance.randint(7, 9)}.00 sampai {chance.randint(12, 15)}.00." for zone, spot in zip(("barat", "timur", "utara", "selatan"), spots, strict=True)]
    head = f"Kepolisian menyediakan layanan surat izin mengemudi keliling di {place} pada {printed(day)} di empat lokasi."
    tail = "Pemohon membawa kartu tanda penduduk asli beserta salinannya, surat izin lama, bukti tes kesehatan dan bukti tes psikologi. Layanan ini hanya untuk perpanjangan dan bukan pembuatan baru."
    return "\n\n".join([head, *rows, tail])


def volcano(day: date, place: str, chance: random.Random) -> str:
    n = chance.randint
    return (
        f"Gunung {place} kembali erupsi pada {printed(day)} pukul {n(0, 23):02}.{n(10, 59)} dengan tinggi kolom letusan teramati sekitar {n(3, 20)}00 meter di atas "
        f"puncak.\n\nPetugas pos pengamatan mengatakan kolom abu berwarna kelabu dengan intensitas {chance.choice(('tipis', 'sedang', 'tebal'))} ke arah "
        f"{chance.choice(('utara', 'barat daya', 'tenggara'))}. Erupsi terekam di seismograf dengan amplitudo maksimum {n(10, 22)} milimeter dan durasi {n(60, 190)} detik."
        "\n\nMasyarakat tidak boleh beraktivitas di sektor tenggara sejauh delapan kilometer dari puncak. Di luar jarak itu warga diminta menjauhi tepi sungai "
        "karena berpotensi terlanda perluasan awan panas dan aliran lahar. Warga juga tidak boleh beraktivitas dalam radius dua kilometer dari kawah."
    )  # fmt: skip


def matches(day: date, place: str, chance: random.Random) -> str:
    clubs = ["Garuda Muda", "Elang Timur", "Harimau Kota", "Badak Selatan", "Kijang Emas", "Rajawali", "Banteng Laut", "Naga Hitam"]
    chance.shuffle(clubs)
    rows = [f"Pukul {15 + k}.30 {one} menjamu {other} di stadion utama dan disiarkan langsung di televisi nasional." for k, (one, other) in enumerate(zip(clubs[::2], clubs[1::2], strict=True))]
    head = f"Berikut jadwal pertandingan liga {place} yang digelar pada {printed(day)} beserta saluran siaran langsungnya."
    return "\n\n".join([head, *rows, "Jadwal dapat berubah sewaktu-waktu sesuai keputusan operator liga dan pemegang hak siar. Penonton diimbau membeli tiket secara resmi."])


FORMS: list[Callable[[date, str, random.Random], str]] = [weather, gold, prayers, market, driving, volcano, matches]
