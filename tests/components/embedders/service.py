"""A server on the loopback interface with the APIs of Vertex AI and Gemini, which fails on demand."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np


class Service:
    """Answers with vectors from the hash of the content; `script` lists what to do on the next calls instead.

    Entries: a status, (status, headers), "hang", "cut", "few" (a short vector), "none" (no prediction).
    """

    def __init__(self):
        self.script, self.asked, self.answered, self.times, self.paths = [], [], [], [], []
        self.most_at_once, self._now, self._lock = 0, 0, threading.Lock()
        self.delay = 0.0
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service.handle(self, body)

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass  # clients that closed the connection

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def handle(self, handler, body):
        with self._lock:
            self.times.append(time.monotonic())
            self.paths.append(handler.path)
            self.asked.append(body)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            todo = self.script.pop(0) if self.script else 200
        time.sleep(self.delay)
        status, headers = todo if isinstance(todo, tuple) else (todo, {})
        try:
            if todo == "hang":
                time.sleep(1.5)
                return
            if todo == "cut":
                handler.connection.close()
                return
            answer, content = vertex_answer(body, todo) if "instances" in body else gemini_answer(body, todo)
            if isinstance(status, int) and status != 200:
                answer = {"error": {"code": status, "message": f"state {status}", "status": "X"}}
            raw = json.dumps(answer).encode()
            handler.send_response(status if isinstance(status, int) else 200)
            for name, value in {"Content-Type": "application/json", "Content-Length": len(raw), **headers}.items():
                handler.send_header(name, str(value))
            handler.end_headers()
            handler.wfile.write(raw)
            if status == 200:
                with self._lock:
                    self.answered.append(content)
        finally:
            with self._lock:
                self._now -= 1


def numbers(content, dimension):
    seed = int.from_bytes(hashlib.sha256(content).digest()[:8], "little")
    return np.random.default_rng(seed).normal(size=dimension).tolist()


def vertex_answer(body, todo):
    (instance,) = body["instances"]
    dimension = int(body["parameters"]["dimension"])
    if "image" in instance:
        content, field = base64.b64decode(instance["image"]["bytesBase64Encoded"]), "imageEmbedding"
    else:
        content, field = instance["text"].encode(), "textEmbedding"
    found = numbers(content, dimension)
    if todo == "few":
        found = found[: dimension // 2]
    return {"predictions": [] if todo == "none" else [{field: found}]}, content


def gemini_answer(body, todo):
    (request,) = body["requests"]
    (part,) = request["content"]["parts"]
    content = base64.urlsafe_b64decode(part["inline_data"]["data"]) if "inline_data" in part else part["text"].encode()
    found = numbers(content, request["outputDimensionality"])
    return {"embeddings": [] if todo == "none" else [{"values": found}]}, content
