"""What Python's http.client, and requests where it is installed, see of the server on the given port; printed as JSON."""

import hashlib
import http.client
import json
import socket
import sys

PORT = int(sys.argv[1])
UPLOAD = b"0123456789abcdef" * 102400


def connection():
    return http.client.HTTPConnection("127.0.0.1", PORT, timeout=20)


def ask(client, method, path, body=None, headers={}, **options):
    client.request(method, path, body, headers, **options)
    answer = client.getresponse()
    return answer, answer.read()


def pieces(size):
    for start in range(0, len(UPLOAD), size):
        yield UPLOAD[start : start + size]


def with_http_client():
    seen = {}
    client = connection()
    answer, whole = ask(client, "GET", "/file")
    seen["whole"] = [answer.status, hashlib.sha256(whole).hexdigest()]
    first = client.sock
    answer, part = ask(client, "GET", "/file", headers={"Range": "bytes=100000-"})
    seen["range"] = [answer.status, answer.headers["Content-Range"], whole[100000:] == part]
    answer, _ = ask(client, "GET", "/file", headers={"If-None-Match": answer.headers["ETag"]})
    seen["not_modified"] = answer.status
    answer, body = ask(client, "HEAD", "/file")
    seen["head"] = [answer.status, answer.headers["Content-Length"], len(body)]
    answer, body = ask(client, "POST", "/stream", UPLOAD)
    seen["upload"] = json.loads(body)
    answer, body = ask(client, "POST", "/stream", pieces(70000), encode_chunked=True, headers={"Transfer-Encoding": "chunked"})
    seen["chunked"] = json.loads(body)
    answer, body = ask(client, "POST", "/form", "a=1&b=%C3%A9", {"Content-Type": "application/x-www-form-urlencoded"})
    seen["form"] = json.loads(body)["form"]
    answer, body = ask(client, "POST", "/nothing", b"x" * 1000)
    seen["missing"] = answer.status
    seen["one_connection"] = client.sock is first
    client.request("GET", "/ticks")
    answer = client.getresponse()
    seen["stream"] = [answer.chunked, answer.readline().decode(), answer.read().decode()]
    client.close()

    refused = connection()
    refused.putrequest("POST", "/raw")
    refused.putheader("Content-Length", str(100 * 1024 * 1024))
    refused.endheaders()
    seen["refused"] = refused.getresponse().status
    refused.close()

    old = connection()
    old._http_vsn, old._http_vsn_str = 10, "HTTP/1.0"
    answer, body = ask(old, "GET", "/numbers")
    seen["http10"] = [answer.status, answer.chunked, len(body.splitlines())]

    leaving = connection()
    leaving.request("GET", "/endless")
    answer = leaving.getresponse()
    seen["begun"] = len(answer.read(1000))
    leaving.sock.shutdown(socket.SHUT_RDWR)
    leaving.close()
    return seen


def with_requests():
    try:
        import requests
    except ImportError:
        return None
    seen = {}
    base = f"http://127.0.0.1:{PORT}"
    with requests.Session() as session:
        seen["visits"] = [session.get(base + "/session").json()["visits"] for _ in range(3)]
        files = {"f": ("游客.bin", UPLOAD), "g": ("small.txt", "small", "text/html")}
        seen["upload"] = session.post(base + "/upload", data={"a": "é"}, files=files).json()
        seen["json"] = session.post(base + "/json", json={"a": ["é"]}).json()
        seen["streamed"] = session.post(base + "/stream", data=pieces(70000)).json()
        seen["redirected"] = session.get(base + "/slash").text
        part = session.get(base + "/file", headers={"Range": "bytes=0-9"})
        seen["range"] = [part.status_code, part.text]
        with session.get(base + "/file", stream=True) as answer:
            seen["pieces"] = sum(len(piece) for piece in answer.iter_content(10000))
        with session.get(base + "/endless", stream=True) as answer:
            seen["begun"] = len(next(answer.iter_content(1000)))
        seen["refused"] = session.post(base + "/raw", data=b"x" * (20 * 1024 * 1024)).status_code
    return seen


json.dump({"http_client": with_http_client(), "requests": with_requests()}, sys.stdout)
