"""A backend that keeps the API key, creates sessions and decides by their result, and a page without a bundler."""

import base64
import hashlib
import hmac
import logging
import os
import re
import secrets
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from incode import API_ORIGIN, API_URL, Failure, create_session, get_finish_status, read_json

# Configurations that the page may choose. The sandbox has more; those of your account are in your dashboard.
CONFIGURATIONS = ('approved', 'rejected', 'manual-review', 'expires-at-once')
DECISIONS = {'MANUAL_REVIEW_APPROVED': 'approved', 'MANUAL_REVIEW_REJECTED': 'rejected'}
WEBHOOK_SECRET = os.environ.get('WEBHOOK_SECRET', '')
# Token and interviewId of each user's session, and decisions of reviewers by interviewId. Use your database.
sessions, decisions = {}, {}
app = FastAPI(openapi_url=None)  # no public description of the backend


def sha256(text):
    return hashlib.sha256(text.encode()).digest()


@app.middleware('http')
async def sign_in(request, call_next):
    """Replace with your own sign-in. A visitor without a cookie is a new user."""
    known = request.cookies.get('user')
    cookie = known or secrets.token_urlsafe()
    request.state.user = sha256(cookie).hex()  # sent to the API, which must not get the cookie
    response = await call_next(request)
    if not known:
        response.set_cookie('user', cookie, httponly=True, samesite='strict')
    return response


@app.exception_handler(Failure)
async def respond(request, failure):
    logging.getLogger('uvicorn.error').error('%s: %s', request.url.path, failure.code)
    headers = {'retry-after': failure.retry_after} if failure.retry_after else None
    return JSONResponse({'error': failure.code}, failure.status, headers)


@app.post('/api/session')
async def create(request: Request):
    options = await read_json(request.stream(), Failure('INVALID_ARGUMENT', 400))
    configuration_id = options.get('configurationId', CONFIGURATIONS[0])
    if configuration_id not in CONFIGURATIONS:
        raise Failure('INVALID_ARGUMENT', 400)
    sessions[request.state.user] = token, _ = await create_session(configuration_id, request.state.user)
    return {'token': token, 'apiURL': API_URL}


# The page reports that the flow ended; the result comes from the API. Never trust a result sent by the page.
@app.post('/api/result')
async def result(request: Request):
    if request.state.user not in sessions:
        raise Failure('NO_SESSION', 409)
    token, interview_id = sessions[request.state.user]
    return {'action': decisions.get(interview_id) or await get_finish_status(token)}


@app.post('/api/webhook')
async def webhook(request: Request):
    sent = request.headers.get('x-webhook-secret', '')
    if not WEBHOOK_SECRET or not hmac.compare_digest(sha256(sent), sha256(WEBHOOK_SECRET)):
        raise Failure('UNAUTHORIZED', 401)
    match await read_json(request.stream(), Failure('INVALID_ARGUMENT', 400)):
        case {'interviewId': str(interview_id), 'onboardingStatus': str(status)} if status in DECISIONS:
            decisions[interview_id] = DECISIONS[status]
    return Response(status_code=204)


html = Path('public/index.html').read_text(encoding='utf-8')
import_map = re.search(r'<script type="importmap">(.*?)</script>', html, re.DOTALL)[1]
POLICY = f"""
    default-src 'none';
    script-src 'self' 'wasm-unsafe-eval' 'sha256-{base64.b64encode(sha256(import_map)).decode()}';
    connect-src 'self' {API_ORIGIN};
    style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
"""


class Page(StaticFiles):
    async def get_response(self, path, scope):
        response = await super().get_response(path, scope)
        response.headers['content-security-policy'] = ' '.join(POLICY.split())
        return response


for name in ('@incodetech/core', '@incodetech/web'):
    app.mount(f'/modules/{name}', StaticFiles(directory=f'node_modules/{name}'))
app.mount('/', Page(directory='public', html=True))
