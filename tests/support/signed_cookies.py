"""itsdangerous itself, asked by tests/wrappers/signed-cookies.test.ts: one JSON question a line, one JSON answer a line."""
import json
import sys

from itsdangerous import URLSafeTimedSerializer

for line in sys.stdin:
    question = json.loads(line)
    tokens = URLSafeTimedSerializer(question["secret"], salt="cookie:" + question["name"])
    if "token" in question:
        answer = tokens.loads(question["token"], max_age=3600)
    else:
        answer = tokens.dumps(question["value"])
    print(json.dumps(answer), flush=True)
