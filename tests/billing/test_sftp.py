"""Files by SFTP against a real OpenSSH server: once, whole, and on from where they were cut."""

import gc
import hashlib
import os
import time

import asyncssh
import pytest

from frontdesk.billing import jobs, operations
from frontdesk.billing.gateways import FileTrouble
from frontdesk.billing.gateways import sftp as sftp_gateway
from frontdesk.billing.gateways.sftp import GROWS_FOR, Place, SftpMailbox, kind_of
from frontdesk.billing.models import Claim, Exchange, Remittance
from frontdesk.billing.operations import mailboxes
from frontdesk.core.clock import now
from frontdesk.coverage.gateways import NoAnswer
from frontdesk.sandbox.folders import Folders
from frontdesk.staff.models import WorkItem
from tests.billing import sshd
from tests.billing.cutting import line_to
from tests.sandbox.office import running

pytestmark = pytest.mark.skipif(not sshd.SSHD, reason="OpenSSH's server is not installed")

ISA = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
    "*261122*0900*^*00501*000000001*0*P*:~"
)
END = b"~IEA*1*000000001~"  # by which a file is known to be there whole
A_999 = (
    f"{ISA}GS*FA*A*B*20261122*0900*1*X*005010X231A1~ST*999*0001*005010X231A1~SE*2*0001~"
    "GE*1*1~IEA*1*000000001~"
)


@pytest.fixture
def server(tmp_path):
    with sshd.running(tmp_path / "ssh") as started:
        yield started


@pytest.fixture
def home(tmp_path):
    """The account's folders at the clearinghouse."""
    for name in ("inbound", "outbound", "taken"):
        (tmp_path / "home" / name).mkdir(parents=True)
    return tmp_path / "home"


def place(server, home, **more):
    said = {
        "host": "127.0.0.1", "port": server.port, "user": server.url[7:].partition("@")[0],
        "password": "", "key_file": str(server.key_file), "host_key": server.host_key,
        "outbox": str(home / "inbound"), "inbox": str(home / "outbound"), "archive": "",
    }  # fmt: skip
    return Place(**{**said, **more})


def box(server, home, **more):
    return SftpMailbox(place(server, home, **more), sender="1234567893")


def listed(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_batch_is_there_once_however_often_it_is_sent(server, home):
    line, payload = box(server, home), os.urandom(700_000)
    line.submit(payload, message_id="a")
    line.submit(payload, message_id="b")

    name = f"1234567893_{hashlib.sha256(payload).hexdigest()[:32]}.837"
    assert listed(home / "inbound") == [name]
    assert (home / "inbound" / name).read_bytes() == payload


@pytest.mark.parametrize("held", ["beginning", "other", "more"])
def test_who_was_cut_off_goes_on_and_never_leaves_a_mixture(server, home, held):
    payload = os.urandom(600_000)
    name = f"1234567893_{hashlib.sha256(payload).hexdigest()[:32]}.837"
    left = {"beginning": payload[:300_001], "other": b"x" * 10_000, "more": payload + b"x"}[held]
    (home / "inbound" / f".{name}.part").write_bytes(left)

    box(server, home).submit(payload, message_id="a")

    assert listed(home / "inbound") == [name]
    assert (home / "inbound" / name).read_bytes() == payload


def test_whole_files_are_listed_by_age_read_and_taken(server, home):
    (home / "outbound" / "b.txt").write_text(A_999)
    (home / "outbound" / "a.txt").write_text(
        f"{ISA}TA1*000000001*260101*0900*A*000~IEA*0*000000001~"
    )
    for name, age in (("b.txt", 50), ("a.txt", 20)):
        os.utime(home / "outbound" / name, (time.time() - age,) * 2)
    (home / "outbound" / ".hidden").write_text(A_999)
    (home / "outbound" / "c.835.part").write_text(A_999)
    (home / "outbound" / "coming.835").write_text(A_999[:-30])  # somebody still writes it
    (home / "outbound" / "folder").mkdir()

    line = box(server, home, archive=str(home / "taken"))
    files = line.waiting()
    assert [(file.name, file.kind) for file in files] == [("b.txt", "999"), ("a.txt", "TA1")]
    assert line.fetch(files[0]) == A_999.encode()
    line.take(files[0])
    line.take(files[0])  # gone is as good
    assert listed(home / "taken") == ["b.txt"]
    assert [file.name for file in line.waiting()] == ["a.txt"]
    box(server, home).take(files[1])
    assert "a.txt" not in listed(home / "outbound")


def test_a_file_that_stays_without_an_end_is_taken_as_it_is(server, home):
    (home / "outbound" / "cut.835").write_text(A_999[:-30])
    os.utime(home / "outbound" / "cut.835", (time.time() - GROWS_FOR - 5,) * 2)
    assert [file.name for file in box(server, home).waiting()] == ["cut.835"]


@pytest.mark.parametrize(
    "so_far",
    [
        A_999[:-3],  # in the middle of the last number
        f"{A_999}\n{A_999[:130]}",  # one interchange is there, the next one comes
    ],
)
def test_a_file_that_is_still_written_is_not_taken_for_whole(server, home, so_far):
    (home / "outbound" / "coming.999").write_text(so_far)
    assert box(server, home).waiting() == []

    (home / "outbound" / "coming.999").write_text(f"{A_999}\r\n{A_999}\r\n\x1a")
    assert [file.name for file in box(server, home).waiting()] == ["coming.999"]


def test_what_was_added_after_reading_stays_at_the_server(server, home):
    line, path = box(server, home), home / "outbound" / "long.999"
    path.write_text(A_999)
    [file] = line.waiting()
    line.fetch(file)
    path.write_text(A_999 * 2)
    with pytest.raises(FileTrouble, match="changed"):
        line.take(file)
    assert path.read_text() == A_999 * 2


@pytest.mark.parametrize("denied", ["", "posix-rename"])
def test_a_name_used_again_goes_into_the_archive_at_any_server(tmp_path, home, denied):
    with sshd.running(tmp_path / "ssh", denied=denied) as server:
        line = box(server, home, archive=str(home / "taken"))
        for content in (A_999, A_999 * 2):
            (home / "outbound" / "daily.999").write_text(content)
            [file] = line.waiting()
            line.take(file)
        assert listed(home / "outbound") == []
        assert (home / "taken" / "daily.999").read_text() == A_999 * 2


def test_a_name_of_no_known_signs_is_read_and_taken(server, home):
    (home / "outbound" / os.fsdecode(b"remit\xe9.999")).write_text(A_999)
    (home / "outbound" / "plain.999").write_text(A_999)
    files = box(server, home).waiting()
    assert sorted(file.name for file in files) == ["plain.999", "remit?.999"]
    for file in files:
        assert box(server, home).fetch(file) == A_999.encode()
        box(server, home).take(file)
    assert listed(home / "outbound") == []


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (A_999, "999"),
        (A_999.replace("*999*", "*277*").replace("X231A1~SE", "X214~SE"), "277CA"),
        (A_999.lower(), "999"),
        ("  \r\n" + A_999.replace("~", "~\r\n"), "999"),
        ("%PDF-1.7 not a file of ours" * 20, "OTHER"),
        ("", "OTHER"),
    ],
)
def test_what_a_file_is_shows_in_its_first_bytes(head, kind):
    assert kind_of(head.encode()) == kind


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"host_key": ""}, "key of the server is not in the settings"),
        ({"host_key": "other"}, "not the one we know"),
        ({"key_file": "other"}, "does not let us in"),
        ({"inbox": "/nowhere"}, "not there"),
        ({"port": 1}, "cannot be reached"),
    ],
)
def test_trouble_is_said_in_words_and_nothing_is_sent(server, home, tmp_path, changed, words):
    other = sshd.a_key(tmp_path / "other")
    if changed.get("host_key") == "other":
        changed = {"host_key": other}
    if "key_file" in changed:
        changed = {"key_file": str(tmp_path / "other")}
    with pytest.raises(NoAnswer, match=words):
        box(server, home, **changed).waiting()


@pytest.fixture
def by_sftp(server, home, settings, office):
    """An office that is set to use the server."""
    settings.CLEARINGHOUSE_SFTP_URL = server.url
    settings.CLEARINGHOUSE_SFTP_HOST_KEY = server.host_key
    settings.CLEARINGHOUSE_SFTP_KEY = str(server.key_file)
    settings.CLEARINGHOUSE_SFTP_OUTBOX = str(home / "inbound")
    settings.CLEARINGHOUSE_SFTP_INBOX = str(home / "outbound")
    return office


@pytest.mark.django_db
def test_a_claim_goes_by_folders_and_its_money_comes_back(by_sftp, tmp_path):
    office, npi = by_sftp, by_sftp.practice.npi
    (tmp_path / "home").rename(tmp_path / npi)
    (tmp_path / "home").symlink_to(tmp_path / npi)
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / npi).symlink_to(tmp_path / npi)
    claim = office.sign(office.seen(office.insured(), at=now()), at=now())
    exchange = operations.queue_batch(at=now(), by=office.role("biller"))
    with running(tmp_path / "sandbox") as clearinghouse:
        folders = Folders(clearinghouse.desk, tmp_path / "root")
        assert jobs.send_file.func(str(office.practice.pk), str(exchange.pk)) == "sent"
        assert jobs.send_file.func(str(office.practice.pk), str(exchange.pk)) == "sent"
        folders.turn()
        folders.turn()
        assert jobs.read_mailbox.func(str(office.practice.pk)) >= 3
        assert jobs.read_mailbox.func(str(office.practice.pk)) == 0
    with office.reading():
        keys = [str(pk) for pk in Remittance.objects.values_list("pk", flat=True)]
    for key in keys:
        jobs.post_remittance.func(str(office.practice.pk), key)
    with office.reading():
        assert Claim.objects.get(pk=claim.pk).status == Claim.Status.PAID
        assert listed(tmp_path / npi / "outbound") == []


def test_an_upload_cut_midway_goes_on_from_there(server, home, caplog):
    payload = os.urandom(3_000_000)
    cut = pytest.raises(NoAnswer, match="broke off")
    with line_to(server.port, most_up=1_500_000) as line, cut:
        box(server, home, port=line.port).submit(payload, message_id="a")
    assert [name[-9:] for name in listed(home / "inbound")] == [".837.part"]
    del cut  # it holds on to the parts that were on their way beside the one that failed
    gc.collect()
    assert [one.message for one in caplog.records if one.name == "asyncio"] == []

    with line_to(server.port) as line:
        box(server, home, port=line.port).submit(payload, message_id="a")
    assert line.up < 2_500_000  # what was there is not sent again
    [name] = listed(home / "inbound")
    assert (home / "inbound" / name).read_bytes() == payload


@pytest.mark.django_db
def test_a_download_cut_midway_keeps_no_half_and_comes_whole_once(
    by_sftp, server, home, settings, monkeypatch
):
    content = b"%PDF-1.7 " + os.urandom(3_000_000) + END
    (home / "outbound" / "big.835").write_bytes(content)
    practice = str(by_sftp.practice.pk)
    with line_to(server.port, most_down=1_500_000) as line:
        settings.CLEARINGHOUSE_SFTP_URL = server.url.replace(str(server.port), str(line.port))
        assert jobs.read_mailbox.func(practice) == 0
    assert line.down > 1_000_000  # it was in the middle of it
    with by_sftp.reading():
        assert not Exchange.objects.filter(direction="in").exists()
    assert listed(home / "outbound") == ["big.835"]

    settings.CLEARINGHOUSE_SFTP_URL = server.url
    with monkeypatch.context() as killed:  # kept here, and not taken from there
        killed.setattr(SftpMailbox, "take", no_answer)
        jobs.read_mailbox.func(practice)
    assert listed(home / "outbound") == ["big.835"]
    jobs.read_mailbox.func(practice)
    assert listed(home / "outbound") == []
    with by_sftp.reading():
        [kept] = Exchange.objects.filter(direction="in")
        assert bytes(kept.content) == content


@pytest.mark.django_db
def test_trouble_that_lasts_is_heard_of_and_one_bad_file_keeps_no_other_waiting(
    by_sftp, home, settings, monkeypatch
):
    practice = str(by_sftp.practice.pk)
    (home / "outbound" / "first.835").write_bytes(b"%PDF-1.7 " + b"x" * 5000 + END)
    (home / "outbound" / "second.txt").write_bytes(b"%PDF-1.7 " + b"y" * 500 + END)
    os.utime(home / "outbound" / "first.835", (time.time() - 60,) * 2)
    monkeypatch.setattr("frontdesk.billing.gateways.sftp.MOST_BYTES", 3000)
    assert jobs.read_mailbox.func(practice) == 1
    assert jobs.read_mailbox.func(practice) == 0
    with by_sftp.reading():
        [item] = WorkItem.objects.filter(kind="billing.mailbox")
        assert item.snoozed_until == item.opened_at + mailboxes.HEARD_AFTER
        assert "first.835 is larger" in item.detail
        assert Exchange.objects.get(direction="in").name == "second.txt"
    monkeypatch.undo()
    jobs.read_mailbox.func(practice)
    with by_sftp.reading():
        assert WorkItem.objects.get(kind="billing.mailbox").status == "done"
        assert Exchange.objects.filter(direction="in").count() == 2


@pytest.mark.django_db
def test_a_file_that_may_not_be_read_or_taken_keeps_no_other_waiting(by_sftp, home, monkeypatch):
    practice = str(by_sftp.practice.pk)
    for name, age in (("locked.999", GROWS_FOR + 60), ("open.999", 30)):
        (home / "outbound" / name).write_text(A_999)
        os.utime(home / "outbound" / name, (time.time() - age,) * 2)

    async def read(sftp, path, *more):
        if path.name == "locked.999":
            raise asyncssh.SFTPPermissionDenied("no")
        return await usual(sftp, path, *more)

    usual = sftp_gateway._read
    with monkeypatch.context() as locked:
        locked.setattr(sftp_gateway, "_read", read)
        assert jobs.read_mailbox.func(practice) == 1
    assert listed(home / "outbound") == ["locked.999"]
    with by_sftp.reading():
        assert "locked.999" in WorkItem.objects.get(kind="billing.mailbox").detail


@pytest.mark.django_db
def test_an_archive_that_is_not_there_keeps_no_answer_waiting(by_sftp, home, settings):
    settings.CLEARINGHOUSE_SFTP_ARCHIVE = str(home / "nowhere")
    for name in ("one.999", "two.999"):
        (home / "outbound" / name).write_text(A_999.replace("A*B", f"A*{name[:3].upper()}"))
    assert jobs.read_mailbox.func(str(by_sftp.practice.pk)) == 2
    assert jobs.read_mailbox.func(str(by_sftp.practice.pk)) == 0
    with by_sftp.reading():
        assert Exchange.objects.filter(direction="in").count() == 2
        assert "one.999" in WorkItem.objects.get(kind="billing.mailbox").detail


def no_answer(*_):
    raise NoAnswer("The line broke.")


@pytest.mark.django_db
def test_a_dead_server_leaves_the_file_waiting_and_it_goes_later(by_sftp, server, home, tmp_path):
    office = by_sftp
    office.sign(office.seen(office.insured(), at=now()), at=now())
    exchange = operations.queue_batch(at=now(), by=office.role("biller"))
    server.process.kill()
    server.process.wait()
    assert jobs.send_file.func(str(office.practice.pk), str(exchange.pk)) == "waiting"
    with sshd.running(tmp_path / "ssh", port=server.port):
        assert jobs.send_file.func(str(office.practice.pk), str(exchange.pk)) == "sent"
    assert len(listed(home / "inbound")) == 1


@pytest.mark.django_db
def test_a_file_of_no_known_kind_is_kept_and_given_to_a_person(by_sftp, home):
    (home / "outbound" / "hello.pdf").write_bytes(b"%PDF-1.7 " + b"x" * 500 + END)
    assert jobs.read_mailbox.func(str(by_sftp.practice.pk)) == 1
    with by_sftp.reading():
        kept = Exchange.objects.get(direction="in")
        assert (kept.kind, kept.status, kept.name) == ("OTHER", "unreadable", "hello.pdf")
        assert WorkItem.objects.filter(kind="billing.file_unreadable").exists()
    assert listed(home / "outbound") == []


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["277", "271", "278"])
def test_an_answer_that_nobody_reads_by_folder_goes_to_a_person(by_sftp, home, kind):
    guide = {"277": "005010X212", "271": "005010X279A1", "278": "005010X217"}[kind]
    (home / "outbound" / "answer.txt").write_text(
        A_999.replace("GS*FA", "GS*HB")
        .replace("005010X231A1", guide)
        .replace("ST*999", f"ST*{kind}")
        .replace("0001~SE", f"0001*{guide}~SE")
    )
    assert jobs.read_mailbox.func(str(by_sftp.practice.pk)) == 1
    assert listed(home / "outbound") == []
    with by_sftp.reading():
        assert Exchange.objects.get(direction="in").kind == kind
        assert WorkItem.objects.filter(kind="billing.file_unreadable").exists()
