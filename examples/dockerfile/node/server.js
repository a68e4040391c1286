// SPDX-License-Identifier: Apache-2.0
// A guest book: GET / shows how many visits there were, kept in memory.
"use strict";
const http = require("http");
const mustache = require("mustache");

let visits = 0;
const server = http.createServer((request, answer) => {
  visits += 1;
  answer.end(mustache.render("Hello from Node.js, visit {{visits}}\n", { visits }));
});
server.listen(8000);
