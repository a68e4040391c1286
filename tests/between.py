# SPDX-License-Identifier: Apache-2.0
"""HTTP servers of loopback for tests of registries: one that stands before a registry and answers some
requests in its place, and one that only takes down what it is asked."""

import http.client
import http.server
import ssl
import threading
import time
import types


class Server:
    """Asks `answer(request)` for every request: it returns status, headers and body. A certificate (file, key
    file) makes it speak TLS. `requests` are those that came, `most_at_once` how many at the same time."""

    def __init__(self, certificate=None):
        self.requests, self.now, self.most_at_once, self.lock = [], 0, 0, threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_all(self):
                # One of this class serves all requests of a connection.
                request = types.SimpleNamespace(
                    command=self.command, path=self.path, headers=self.headers,
                    body=self.rfile.read(int(self.headers.get("Content-Length") or 0)))
                with outer.lock:
                    outer.requests.append(request)
                    outer.now += 1
                    outer.most_at_once = max(outer.most_at_once, outer.now)
                try:
                    self.reply(*outer.answer(request))
                finally:
                    with outer.lock:
                        outer.now -= 1

            do_GET = do_HEAD = do_PUT = do_POST = do_PATCH = handle_all

            def reply(self, status, headers, body):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in headers:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_port
        self.host = f"127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, request):
        raise NotImplementedError

    def asked(self, *parts):
        """The requests whose "METHOD path" has all of the parts in it."""
        with self.lock:
            return [request for request in self.requests
                    if all(part in f"{request.command} {request.path}" for part in parts)]


class Between(Server):
    """Before the registry at `host`. `odd(request)` may answer in its place, or change the request's path and
    return None. Each answer takes `delay_s` longer."""

    KEPT_BACK = ("transfer-encoding", "connection", "content-length", "host")

    def __init__(self, host, odd=lambda request: None, delay_s=0):
        self.behind, self.odd, self.delay_s = host, odd, delay_s
        super().__init__()

    def answer(self, request):
        time.sleep(self.delay_s)
        return self.odd(request) or self.pass_on(request)

    def pass_on(self, request):
        connection = http.client.HTTPConnection(self.behind, timeout=60)
        try:
            headers = {name: value for name, value in request.headers.items()
                       if name.lower() not in self.KEPT_BACK}
            connection.request(request.command, request.path, request.body or None, headers)
            answer = connection.getresponse()
            body = answer.read()
            headers = {name: value.replace(self.behind, self.host) for name, value in answer.getheaders()
                       if name.lower() not in self.KEPT_BACK}
            if request.command == "HEAD" and answer.getheader("Content-Length"):
                headers["Content-Length"] = answer.getheader("Content-Length")
            return answer.status, headers, body
        finally:
            connection.close()


class Taken(Server):
    """Answers every request in the same way."""

    def __init__(self, status, headers=None, body=b"", certificate=None):
        self.fixed = (status, headers or {}, body)
        super().__init__(certificate)

    def answer(self, request):
        return self.fixed
