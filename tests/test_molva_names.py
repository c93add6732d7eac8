from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from molva.names import key, legal_form_stripped


@pytest.mark.parametrize(
    "names",
    [
        ("КАМАЗ", "KAMAZ", "Kamaz PJSC", "ПАО «КамАЗ»", "Kamaz's"),
        ("Ведомости", "Vedomosti", "«Ведомости»"),
        ("Москвич", "Moskvich", "ОАО „Москвич“"),
        ("АвтоВАЗ", "AvtoVAZ", "AVTOVAZ JSC"),
        ("Чери", "Chery"),
        ("Яндекс", "Yandex", "Yandex N.V."),
        ("Ельцин", "Yeltsin", "Eltsin"),
        ("Достоевский", "Dostoyevsky", "Dostoevskiy", "Dostoevskii"),
        ("Мария Жукова", "Maria Zhukova", "Mariya Zhukova", "Mariia Zhukova"),
        ("Рубен Варданян", "Ruben Vardanyan", "Ruben Vardanian"),
        ("Сергей Щукин", "Sergey Shchukin", "Sergei Shchukin"),
        ("Харьков", "Kharkov", "Harkov"),
        ("Королёв", "Королев", "Korolev"),
        ("Кама-1", "Kama-1", "Kama 1", "Kama1", "«Кама 1»"),
        ("Группа ГАЗ", "GAZ Group", "ГАЗ"),
        ("Citroën", "Citroen"),
        ("The Bell", "Bell"),
        ("Норникель", "Nornickel"),
        ("Тинькофф", "Tinkoff"),
        ("Fjord & Co.", "Fjord"),
    ],
)
def test_the_spellings_of_one_name_share_a_key(names: tuple[str, ...]) -> None:
    assert len({key(name) for name in names}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Москвич 3", "Москвич 6"),
        ("Москвич", "Москва"),
        ("KAMAZ", "Kama"),
        ("A320", "A321"),
        ("Sberbank", "SberDevices"),
        ("ГАЗ", "УАЗ"),
    ],
)
def test_different_names_keep_different_keys(one: str, other: str) -> None:
    assert key(one) != key(other)


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("ОАО «НОВАТЭК»", "НОВАТЭК"),
        ("АО„Бета“", "Бета"),
        ("Общество с ограниченной ответственностью «Вектор»", "Вектор"),
        ("Kama JSC", "Kama"),
        ("Nordwind Airlines, Ltd.", "Nordwind Airlines"),
        ("Lumen S.p.A.", "Lumen"),
        ("Acme Co., Ltd.", "Acme"),
        ("ГК Самолет", "Самолет"),
        ("Ford Motor Company", "Ford Motor Company"),
        ("GAZ Group JSC", "GAZ Group"),
        ("Inc", "Inc"),
    ],
)
def test_legal_forms_and_quotes_go(name: str, bare: str) -> None:
    assert legal_form_stripped(name) == bare


@given(st.text())
def test_a_key_is_its_own_key_and_not_empty(name: str) -> None:
    assert bool(key(name)) == bool(name.split())
    assert key(key(name)) == key(name)
