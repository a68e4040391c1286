# SPDX-License-Identifier: Apache-2.0
"""A guest book: GET / shows how many visits there were, kept in memory."""
from bottle import Bottle, run

app = Bottle()
visits = 0


@app.get("/")
def home():
    global visits
    visits += 1
    return f"Hello from Python, visit {visits}\n"


if __name__ == "__main__":
    run(app, host="0.0.0.0", port=8000)
