"""The two requests to Incode's API. Nothing here depends on the web framework."""

import asyncio
import base64
import json
import os
import re
import time
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

API_URL, API_KEY = os.environ['INCODE_API_URL'].rstrip('/'), os.environ['INCODE_API_KEY']
TIMEOUT = 8  # seconds for a call: a user is waiting
LIMIT = 64 << 10  # bytes of a JSON body

loopback = r'http://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?'
address = re.fullmatch(rf'(https://[\w.-]+(?::\d+)?|{loopback})(?:/[^\s?#]*)?', API_URL, re.ASCII)
if not address or not re.fullmatch('[!-~]+', API_KEY):
    raise SystemExit('INCODE_API_URL must be https, or http on loopback. INCODE_API_KEY must be visible ASCII.')
API_ORIGIN = address[1]

# One client for all users, so it must keep no cookies. It reuses no connections: the API may close an idle one at the
# moment of the next request, which can't be repeated safely.
no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
client = httpx.AsyncClient(cookies=no_cookies, limits=httpx.Limits(max_keepalive_connections=0), timeout=TIMEOUT)


class Failure(Exception):
    """A response for the page. It keeps no exception of httpx: those can contain the API key or the token."""

    def __init__(self, code, status=502, retry_after=None):
        self.code, self.status, self.retry_after = code, status, retry_after


async def create_session(configuration_id, external_customer_id):
    """Returns the token and the interviewId of a new session. Not repeated: a failure may have created one."""
    options = {'configurationId': configuration_id, 'externalCustomerId': external_customer_id}
    session = await send('POST', '/omni/start', json=options)
    values = session.get('token'), session.get('interviewId')
    if not all(isinstance(value, str) and re.fullmatch('[!-~]+', value) for value in values):
        raise Failure('INVALID_RESPONSE')
    return values


async def get_finish_status(token):
    """Completes a session. Returns 'approved', 'rejected', or 'none' for everything else."""
    action = (await send('GET', '/omni/finish-status', token)).get('action')
    return action if action in ('approved', 'rejected') else 'none'


async def send(method, path, token=None, **content):
    headers = {'x-api-key': API_KEY, 'api-version': '1.0', 'accept-encoding': 'identity'}
    if token:
        headers['x-incode-hardware-id'] = token
    request = client.stream(method, API_URL + path, headers=headers, **content)
    failure = Failure('NETWORK')
    try:
        async with asyncio.timeout(TIMEOUT), request as response:  # httpx's own timeout is for each read
            if response.is_success:
                failure = Failure('INVALID_RESPONSE')
                return await read_json(response.aiter_raw(), failure)
    except (TimeoutError, httpx.TimeoutException):
        raise Failure('TIMEOUT', 504) from None
    except httpx.HTTPError:
        raise failure from None
    status, retry_after = response.status_code, response.headers.get('retry-after', '')
    if status in (401, 403) and token and has_expired(token):
        raise Failure('SESSION_EXPIRED', 410)
    if not re.fullmatch(r'\d{1,9}|\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT', retry_after, re.ASCII):
        retry_after = None
    codes = {401: 'UNAUTHORIZED', 403: 'FORBIDDEN', 429: 'RATE_LIMITED'}
    other = 'SERVER_ERROR' if status >= 500 else 'CLIENT_ERROR' if status >= 400 else 'NETWORK'  # a redirect
    raise Failure(codes.get(status, other), 429 if status == 429 else 502, retry_after)


def has_expired(token):
    """Returns True for a JWT whose `exp` has passed. Only after a 401 or 403: a wrong clock must lock no one out."""
    try:
        _, claims, _ = token.split('.')
        expires = json.loads(base64.urlsafe_b64decode(claims + '=='))['exp']
        return type(expires) in (int, float) and expires <= time.time()
    except (ValueError, LookupError, TypeError, RecursionError):
        return False


async def read_json(parts, invalid):
    """Reads a JSON object of at most LIMIT bytes. Raises `invalid` for anything else."""
    body = b''
    async for part in parts:
        body += part
        if len(body) > LIMIT:
            raise invalid
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise invalid from None
    if not isinstance(value, dict):
        raise invalid
    return value
