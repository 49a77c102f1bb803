"""Places that open stories, by name: a place that stands alone, with no newsroom beside it, is told by nothing else."""

from __future__ import annotations

import re

# Indonesia's cities, regencies and seats, less those that are another word in capitals: Negara, Metro, Pati, Bone, Serang, Batu.
CITIES = """
Jakarta|Jakarta Pusat|Jakarta Selatan|Jakarta Timur|Jakarta Barat|Jakarta Utara|Bandung|Bandung Barat|Surabaya|Semarang|Medan
Makassar|Yogyakarta|Denpasar|Bogor|Depok|Bekasi|Tangerang|Tangerang Selatan|Palembang|Pekanbaru|Padang|Banda Aceh|Manado|Pontianak
Jogja|Banjarmasin|Banjarbaru|Balikpapan|Samarinda|Bontang|Tarakan|Palangka Raya|Palangkaraya|Mataram|Kupang|Ambon|Ternate|Tidore
Sofifi|Jayapura|Sentani|Merauke|Timika|Nabire|Wamena|Manokwari|Sorong|Fakfak|Biak|Serui|Malang|Solo|Surakarta|Sukoharjo
Karanganyar|Sragen|Wonogiri|Klaten|Boyolali|Salatiga|Magelang|Temanggung|Wonosobo|Purworejo|Kebumen|Banjarnegara|Purbalingga
Purwokerto|Banyumas|Cilacap|Brebes|Tegal|Slawi|Pemalang|Pekalongan|Kendal|Demak|Kudus|Jepara|Rembang|Blora|Cepu|Grobogan|Purwodadi
Ungaran|Sleman|Bantul|Kulon Progo|Kulonprogo|Gunungkidul|Gunung Kidul|Wonosari|Sidoarjo|Gresik|Lamongan|Tuban|Bojonegoro|Ngawi
Magetan|Madiun|Ponorogo|Pacitan|Trenggalek|Tulungagung|Blitar|Kediri|Nganjuk|Jombang|Mojokerto|Pasuruan|Probolinggo|Lumajang
Jember|Bondowoso|Situbondo|Banyuwangi|Bangkalan|Sampang|Pamekasan|Sumenep|Cirebon|Indramayu|Majalengka|Kuningan|Sumedang|Subang
Purwakarta|Karawang|Cikarang|Cianjur|Sukabumi|Garut|Tasikmalaya|Ciamis|Pangandaran|Cimahi|Cibinong|Soreang|Cilegon|Pandeglang
Rangkasbitung|Bandar Lampung|Bandarlampung|Lampung Selatan|Lampung Tengah|Lampung Timur|Lampung Utara|Pringsewu|Tanggamus
Pesawaran|Jambi|Muaro Jambi|Bungo|Kerinci|Sarolangun|Bengkulu|Curup|Lubuklinggau|Prabumulih|Pagaralam|Lahat|Muara Enim|Banyuasin
Pangkalpinang|Sungailiat|Tanjungpinang|Tanjung Pinang|Batam|Karimun|Bintan|Natuna|Dumai|Siak|Pelalawan|Rokan Hilir|Kampar
Bengkalis|Bukittinggi|Payakumbuh|Padang Panjang|Padangpanjang|Pariaman|Solok|Sawahlunto|Dharmasraya|Painan|Binjai|Deli Serdang
Langkat|Pematangsiantar|Pematang Siantar|Tebing Tinggi|Tebingtinggi|Tanjungbalai|Sibolga|Padangsidimpuan|Simalungun|Asahan
Labuhanbatu|Lhokseumawe|Langsa|Sabang|Meulaboh|Takengon|Bireuen|Sigli|Bener Meriah|Redelong|Singkawang|Sambas|Sintang|Ketapang
Kapuas Hulu|Putussibau|Sampit|Pangkalan Bun|Kuala Kapuas|Muara Teweh|Martapura|Kotabaru|Amuntai|Barabai|Tenggarong
Kutai Kartanegara|Sangatta|Penajam|Tanjung Selor|Nunukan|Malinau|Bulungan|Berau|Gorontalo|Bitung|Tomohon|Kotamobagu|Minahasa|Palu
Donggala|Poso|Luwuk|Morowali|Parigi Moutong|Sigi|Kendari|Kolaka|Baubau|Bau-Bau|Konawe|Wakatobi|Mamuju|Majene|Polewali Mandar|Gowa
Maros|Takalar|Jeneponto|Bantaeng|Bulukumba|Sinjai|Wajo|Soppeng|Barru|Parepare|Pinrang|Sidrap|Enrekang|Palopo|Luwu|Tana Toraja
Rantepao|Singaraja|Gianyar|Tabanan|Badung|Mangupura|Buleleng|Karangasem|Klungkung|Jembrana|Amlapura|Ubud|Lombok Barat|Lombok Timur
Lombok Tengah|Lombok Utara|Praya|Selong|Sumbawa Besar|Sumbawa|Dompu|Bima|Ende|Maumere|Ruteng|Labuan Bajo|Bajawa|Larantuka|Lewoleba
Atambua|Kefamenanu|Waingapu|Waikabubak|Tambolaka|Saumlaki|Masohi|Namlea|Tobelo|Labuha
"""
ABROAD = "New York|Washington|London|Paris|Tokyo|Beijing|Shanghai|Hong Kong|Hongkong|Singapura|Kuala Lumpur|Bangkok|Manila"
PLACES = "|".join(sorted({name for line in (*CITIES.split("\n"), ABROAD) for name in line.split("|") if name}, reverse=True))
_PLACE = re.compile(f"(?:{PLACES.upper()})")


def is_place(line: str) -> bool:
    """Whether a line is the name of a place in capitals, and nothing else."""
    return _PLACE.fullmatch(line) is not None
