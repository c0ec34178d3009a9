"""`jazzgen fetch wjazzd`: the download is complete, resumes where it stopped, or says why not."""

import contextlib
import signal
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from commands import jazzgen, largest_file, succeed, tree
from platforms import posix, unprivileged
from waiting import PATIENCE, wait_until
from weimar import Transcription, database

from jazzgen.errors import DatasetError
from jazzgen.runtime.download import download, part_of
from jazzgen.runtime.locks import only_writer


class Server(ThreadingHTTPServer):
    """A server of one file, which records the requests.

    Attributes:
        content: The file.
        tag: Its ETag; "" for none.
        ranges: Whether the server sends parts of the file.
        cut: The number of bytes after which it closes the connection, or None.
        stall: The number of bytes after which it sends nothing more, or None.
        status: The status that it sends instead of the file, or None.
        asked: The Range header of each request.
    """

    daemon_threads = True

    def __init__(self, content):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content, self.tag, self.ranges = content, '"one"', True
        self.cut = self.stall = self.status = None
        self.asked, self.done = [], threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/wjazzd.db"


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_arguments):
        """Say nothing."""

    def do_GET(self):
        server = self.server
        wanted = self.headers.get("Range")
        server.asked.append(wanted)
        if server.status:
            self.send_error(server.status)
            return
        start = self.start_of(wanted)
        if start is not None and start >= len(server.content):
            self.send_error(416)
            return
        body = server.content[start or 0 :]
        self.send_response(200 if start is None else 206)
        self.send_header("Content-Length", str(len(body)))
        if server.tag:
            self.send_header("ETag", server.tag)
        if start is not None:
            total = len(server.content)
            self.send_header("Content-Range", f"bytes {start}-{total - 1}/{total}")
        self.end_headers()
        self.send(body)

    def start_of(self, wanted):
        """Return where the requested part begins, if a part will be sent."""
        if wanted and self.server.ranges and self.headers["If-Range"] == self.server.tag:
            return int(wanted.removeprefix("bytes=").removesuffix("-"))
        return None

    def send(self, body):
        server = self.server
        with contextlib.suppress(OSError):
            if server.stall is not None:
                self.wfile.write(body[: server.stall])
                server.done.wait(20)
                return
            self.wfile.write(body if server.cut is None else body[: server.cut])


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    of = Transcription().bars(*range(1, 100))
    for bar in range(1, 100):
        for beat in range(1, 5):
            of.note(bar, beat)
    return database(tmp_path_factory.mktemp("made") / "w.db", of, of).read_bytes()


@pytest.fixture
def server(content, monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with Server(content) as server:
        # The default asks twice a second only whether to stop.
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.done.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def out(tmp_path):
    return tmp_path / "folder" / "w.db"


def fetch(server, out, *more):
    return jazzgen("fetch", "wjazzd", "--url", server.url, "--out", out, *more)


def test_the_whole_file(server, out, content):
    outcome = fetch(server, out)
    assert outcome.code == 0
    assert out.read_bytes() == content
    assert list(tree(out.parent)) == ["w.db"]
    assert outcome.out.startswith(f"{out}: 2 solos, 792 notes, ")
    assert server.asked == [None]


def test_licence_and_citation_are_told(server, out):
    outcome = fetch(server, out, "--json")
    assert "Open Database License (ODbL) 1.0" in outcome.err
    assert "Pfleiderer, Frieler, Abeßer, Zaddach, Burkhart (eds.): Inside the Jazzomat" in (
        outcome.err
    )
    said = outcome.json
    assert (said["file"], said["solos"], said["notes"]) == (str(out), 2, 792)
    assert said["bytes"] == out.stat().st_size
    assert "ODbL" in said["licence"]


def test_by_default_it_lies_among_the_downloads_and_is_found_by_name(server, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("jazzgen.runtime.folders.user_folder", lambda kind: tmp_path / "my" / kind)
    place = tmp_path / "my" / "downloads" / "wjazzd.db"
    assert succeed("fetch", "wjazzd", "--url", server.url, "--json").json["file"] == str(place)
    assert list(tree(tmp_path / "my")) == ["downloads", str(place.relative_to(tmp_path / "my"))]
    assert "already exists" in succeed("fetch", "wjazzd", "--url", server.url).err
    assert len(server.asked) == 1
    told = succeed("prepare", "wjazzd.db", "--out", tmp_path / "solos.jsonl", "--json").json
    assert len(told["accepted"]) == 2


def test_one_that_is_in_this_folder_is_kept_there(server, out, monkeypatch):
    fetch(server, out)
    monkeypatch.chdir(out.parent)
    out.rename("wjazzd.db")
    assert succeed("fetch", "wjazzd", "--url", server.url, "--json").json["file"] == "wjazzd.db"


def test_one_that_is_there_is_not_fetched_again(server, out):
    fetch(server, out)
    before = out.stat()
    again = fetch(server, out)
    assert (again.code, len(server.asked)) == (0, 1)
    assert "already exists" in again.err
    assert out.stat() == before


def test_another_file_of_that_name_is_left_alone(server, out):
    out.parent.mkdir()
    out.write_text("precious")
    complaint = fetch(server, out).complaint
    assert f"--out {out}: already exists, but is not the database" in complaint
    assert (out.read_text(), server.asked) == ("precious", [])


def cut_short(server, out, size):
    server.cut = size
    outcome = fetch(server, out)
    server.cut = None
    return outcome


def test_a_connection_that_ends_too_early(server, out, content):
    complaint = cut_short(server, out, 5000).complaint
    assert server.url in complaint
    assert f"ended after 5,000 of {len(content):,} bytes; the same command resumes" in complaint
    assert not out.exists()
    assert part_of(out).read_bytes() == content[:5000]


def test_it_goes_on_where_it_stopped(server, out, content):
    cut_short(server, out, 5000)
    cut_short(server, out, 3000)
    assert fetch(server, out).code == 0
    assert server.asked == [None, "bytes=5000-", "bytes=8000-"]
    assert out.read_bytes() == content
    assert list(tree(out.parent)) == ["w.db"]


def test_a_server_without_ranges_begins_anew(server, out, content):
    cut_short(server, out, 5000)
    server.ranges = False
    assert fetch(server, out).code == 0
    assert server.asked == [None, "bytes=5000-"]
    assert out.read_bytes() == content


def test_another_version_of_the_file_begins_anew(server, out, content):
    server.content = b"\1" * 9000
    cut_short(server, out, 5000)
    server.content, server.tag = content, '"two"'
    assert fetch(server, out).code == 0
    assert out.read_bytes() == content


@pytest.mark.parametrize("tag", ["", 'W/"one"'])
def test_a_file_whose_version_nobody_knows_begins_anew(tag, server, out, content):
    server.tag = tag
    cut_short(server, out, 5000)
    assert fetch(server, out).code == 0
    assert server.asked == [None, None]
    assert out.read_bytes() == content


def test_a_part_that_is_whole_or_too_long_begins_anew(server, out, content):
    for rest in (b"", b"more"):
        cut_short(server, out, 5000)
        part_of(out).write_bytes(content + rest)
        assert fetch(server, out).code == 0
        assert out.read_bytes() == content
        out.unlink()


def test_another_part_than_asked_for_is_not_put_together(server, out, content, monkeypatch):
    cut_short(server, out, 5000)
    monkeypatch.setattr(Handler, "start_of", lambda _, wanted: 100 if wanted else None)
    assert fetch(server, out).code == 0
    assert server.asked == [None, "bytes=5000-", None]
    assert out.read_bytes() == content


def test_what_is_not_the_database_does_not_stay(server, out):
    for content in (b"<html>moved</html>" * 99, b"", b"SQLite format 3\0" + bytes(4000)):
        server.content = content
        complaint = fetch(server, out).complaint
        assert complaint.startswith(f"jazzgen: {server.url}: what was downloaded cannot be used: ")
        assert tree(out.parent) == {}


def test_another_database_does_not_stay(server, out, tmp_path):
    made = database(tmp_path / "other.db", Transcription().bars(1).note(1, 1), without=["beats"])
    server.content = made.read_bytes()
    assert "no table beats" in fetch(server, out).complaint
    server.content = database(tmp_path / "empty.db").read_bytes()
    assert "a database without solos" in fetch(server, out).complaint
    assert tree(out.parent) == {}


@pytest.mark.parametrize("status", [404, 403, 500])
def test_a_server_that_refuses(status, server, out):
    server.status = status
    complaint = fetch(server, out).complaint
    assert f"{server.url}: the server answers {status} " in complaint
    assert not out.exists()


def test_a_refusal_keeps_what_has_come(server, out, content):
    cut_short(server, out, 5000)
    server.status = 503
    assert "503" in fetch(server, out).complaint
    assert part_of(out).read_bytes() == content[:5000]


def test_a_refused_connection(out, monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with socket.socket() as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/w.db"
        complaint = jazzgen("fetch", "wjazzd", "--url", url, "--out", out).complaint
    assert complaint == f"jazzgen: {url}: cannot be reached: Connection refused"


def test_something_that_speaks_no_http(out, monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer():
            with listener.accept()[0] as line:
                line.recv(4096)
                line.sendall(b"220 mail ready\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/w.db"
        complaint = jazzgen("fetch", "wjazzd", "--url", url, "--out", out).complaint
        thread.join()
    assert f"{url}: the connection failed: " in complaint


@pytest.mark.parametrize("stall", [0, 5000])
def test_a_server_that_falls_silent_does_not_hang_it(stall, server, out, content):
    server.stall = stall
    complaint = fetch(server, out, "--timeout", "0.3").complaint
    assert "no answer in time" in complaint  # the server hangs up in the end, and it would say so
    assert part_of(out).read_bytes() == content[:stall]


def test_a_server_that_never_answers_does_not_hang_it(out, monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/w.db"
        complaint = jazzgen("fetch", "wjazzd", "--url", url, "--out", out,
                            "--timeout", "0.3").complaint  # fmt: skip
    assert "no answer in time" in complaint


@pytest.mark.parametrize("url", ["wjazzd.db", "file:///etc/passwd", "ftp://a/b", "http://", ""])
def test_addresses_that_are_none(url, out):
    complaint = jazzgen("fetch", "wjazzd", "--url", url, "--out", out).complaint
    assert "expected an address that begins with http:// or https://" in complaint


@pytest.mark.parametrize("url", ["http://a b/", "http://[1/", "http://127.0.0.1:port/"])
def test_addresses_that_are_broken(url, out):
    assert jazzgen("fetch", "wjazzd", "--url", url, "--out", out).complaint.startswith(
        f"jazzgen: {url}: "
    )


def test_another_database_than_there_is(out):
    assert "wjazzd" in jazzgen("fetch", "essen", "--out", out).complaint


def test_places_that_cannot_be_written(server, tmp_path):
    (tmp_path / "file").write_text("precious")
    assert "is not a folder" in fetch(server, tmp_path / "file" / "w.db").complaint
    assert "cannot be written: it is a folder" in fetch(server, tmp_path).complaint
    assert server.asked == []


@unprivileged
def test_a_folder_that_may_not_be_written(server, tmp_path):
    tmp_path.chmod(0o500)
    assert "cannot be written" in fetch(server, tmp_path / "w.db").complaint


def test_a_part_that_cannot_be_written(server, out):
    part_of(out).mkdir(parents=True)
    complaint = fetch(server, out).complaint
    assert f"{part_of(out)}: cannot be written: " in complaint


def test_a_disk_that_is_full(server, out, content):
    with largest_file(6000):
        complaint = fetch(server, out).complaint
    assert f"{part_of(out)}: cannot be written: File too large" in complaint
    assert part_of(out).read_bytes() == content[:6000]
    assert fetch(server, out).code == 0
    assert server.asked == [None, "bytes=6000-"]
    assert out.read_bytes() == content


def test_two_at_once(server, out, content):
    lock = part_of(out).with_name(f"{part_of(out).name}.lock")
    with only_writer(lock, out):
        complaint = jazzgen("fetch", "wjazzd", "--url", server.url, "--out", out).complaint
        assert complaint == f"jazzgen: {out}: cannot be written: another run is writing it"
    succeed("fetch", "wjazzd", "--url", server.url, "--out", out)
    assert out.read_bytes() == content
    assert not lock.exists()


@posix
def test_ctrl_c_keeps_what_has_come(server, out, content):
    server.stall = 5000
    run = subprocess.Popen(
        [sys.executable, "-m", "jazzgen", "fetch", "wjazzd", "--url", server.url,
         "--out", out],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # A background job of a shell has the interrupt ignored, and passes that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    wait_until(lambda: part_of(out).exists() and part_of(out).stat().st_size == 5000)
    run.send_signal(signal.SIGINT)
    said, err = run.communicate(timeout=PATIENCE)
    assert (run.returncode, said) == (130, ""), err
    kept = f"{part_of(out)} is kept; the same command resumes from there"
    assert err == f"jazzgen: interrupted; {kept}\n"
    assert part_of(out).read_bytes() == content[:5000]
    server.stall = None
    assert fetch(server, out).code == 0
    assert server.asked[1] == "bytes=5000-"
    assert out.read_bytes() == content


def test_progress_is_told_from_the_first_byte_to_the_last(server, out, content):
    calls = []
    out.parent.mkdir()
    cut_short(server, out, 5000)
    download(server.url, out, lambda _: None, on_bytes=lambda *at: calls.append(at))
    assert calls[0] == (5000, len(content))
    assert calls[-1] == (len(content), len(content))
    assert calls == sorted(calls)


def test_a_check_that_fails_leaves_what_stood_there(server, out):
    out.parent.mkdir()
    out.write_text("precious")

    def refuse(path):
        raise DatasetError(f"{path}: no")

    with pytest.raises(DatasetError, match="what was downloaded cannot be used"):
        download(server.url, out, refuse)
    assert tree(out.parent) == {"w.db": b"precious"}
