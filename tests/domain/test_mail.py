from datetime import UTC, datetime

from assistant.domain.mail import Address, FolderRole, Message

PETRA = Address("petra@northgate.example", "Petra Sandvik")
TOM = Address("tom@northgate.example")
MARA = Address("mara@tallwood.example", "Mara Lindqvist")


def message(**fields: object) -> Message:
    given: dict[str, object] = {
        "account": "work",
        "folder": "INBOX",
        "remote_id": "1",
        "role": FolderRole.INBOX,
        "message_id": "a@northgate.example",
        "date": datetime(2026, 9, 16, tzinfo=UTC),
        "sender": PETRA,
        **fields,
    }
    return Message(**given)  # type: ignore[arg-type]


def test_two_addresses_are_equal_whatever_name_they_carry() -> None:
    assert Address("petra@northgate.example", "P. Sandvik") == PETRA


def test_equal_addresses_count_once_in_a_set() -> None:
    assert len({PETRA, Address("petra@northgate.example")}) == 1


def test_addresses_are_ordered_by_email() -> None:
    assert sorted([TOM, PETRA]) == [PETRA, TOM]


def test_the_domain_stands_after_the_last_at_sign() -> None:
    assert Address('"odd@local"@northgate.example').domain == "northgate.example"


def test_an_address_without_an_at_sign_has_no_domain() -> None:
    assert Address("undisclosed-recipients").domain == ""


def test_an_address_reads_as_name_and_email() -> None:
    assert str(PETRA) == "Petra Sandvik <petra@northgate.example>"


def test_an_address_without_a_name_reads_as_its_email() -> None:
    assert str(TOM) == "tom@northgate.example"


def test_recipients_are_named_once_in_the_order_of_their_fields() -> None:
    assert message(to=(MARA,), cc=(TOM, MARA), bcc=(TOM,)).recipients == (MARA, TOM)


def test_people_begin_with_the_sender() -> None:
    assert message(to=(MARA,), cc=(PETRA,)).people == (PETRA, MARA)


def test_a_message_without_a_sender_still_has_people() -> None:
    assert message(sender=None, to=(MARA,)).people == (MARA,)


def test_the_first_field_of_a_name_is_given() -> None:
    assert message(headers=(("received", "first"), ("received", "second"))).header("received") == "first"


def test_a_field_that_is_not_there_is_none() -> None:
    assert message().header("auto-submitted") is None
