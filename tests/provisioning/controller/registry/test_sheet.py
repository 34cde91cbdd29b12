"""Lists of boxes as spreadsheets write them."""

import pytest

from devices.contract.errors import BadPayloadError
from provisioning.controller.registry.errors import BadListError
from provisioning.controller.registry.records import Expected, Place
from provisioning.controller.registry.sheet import MOST_LINES, read_list


@pytest.mark.parametrize(
    "text",
    [
        "serial,box,unit,name\naaaa,dong-ha-1,19333,Một cửa Đông Hà\n",
        "\ufeffserial;box;unit;name\r\naaaa;dong-ha-1;19333;Một cửa Đông Hà\r\n\r\n",
        'name\tUnit\tbox\tSERIAL\n"Một cửa Đông Hà"\t19333\tdong-ha-1\t aaaa \n\t\t\t\n',
    ],
)
def test_a_list_is_read_as_the_spreadsheet_wrote_it(text: str) -> None:
    place = Place(unit="19333", name="Một cửa Đông Hà")
    assert read_list(text) == [Expected(serial="aaaa", box="dong-ha-1", place=place)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "serial\n",
        "box,unit\na,b\n",
        "serial,colour\na,b\n",
        "serial,serial\na,b\n",
        "serial\n" + "a\n" * (MOST_LINES + 1),
        'serial\n"' + "a" * 200000,
    ],
)
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(BadPayloadError):
        read_list(text)


def test_lines_of_another_length_are_all_named() -> None:
    with pytest.raises(BadListError) as caught:
        read_list("serial,box\naaaa,a\nbbbb\ncccc,c\ndddd,d,d\n")
    assert [(one.line, one.what) for one in caught.value.problems] == [
        (2, "columns"),
        (4, "columns"),
    ]
