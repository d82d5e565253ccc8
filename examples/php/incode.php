<?php

// The two requests to Incode's API. Nothing here depends on the web server.

declare(strict_types=1);

const TIMEOUT = 8; // seconds for a call: a user is waiting
const LIMIT = 64 << 10; // bytes of a JSON body

/** A response for the page. Its message is an error code. */
class Failure extends Exception
{
    public function __construct(string $code, public readonly int $status = 502, public readonly int $retryAfter = 0)
    {
        parent::__construct($code);
    }
}

/** Returns the API's base URL and its origin. */
function api(): array
{
    $url = rtrim((string) getenv('INCODE_API_URL'), '/');
    $loopback = 'http://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?';
    $isAddress = preg_match("~^(https://[\w.-]+(?::\d+)?|$loopback)(?:/[^\s?#]*)?$~D", $url, $parts);
    if (!$isAddress || !is_visible(getenv('INCODE_API_KEY'))) {
        error_log('INCODE_API_URL must be https, or http on loopback. INCODE_API_KEY must be visible ASCII.');
        throw new Failure('INVALID_ARGUMENT', 500);
    }
    return [$url, $parts[1]];
}

/** Returns the token and the interviewId of a new session. Not repeated: a failure may have created one. */
function create_session(string $configurationId, string $externalCustomerId): array
{
    $options = json_encode(compact('configurationId', 'externalCustomerId'), JSON_THROW_ON_ERROR);
    $session = send('/omni/start', ['content-type: application/json'], [CURLOPT_POSTFIELDS => $options]);
    $values = [$session->token ?? null, $session->interviewId ?? null];
    foreach ($values as $value) {
        is_visible($value) || throw new Failure('INVALID_RESPONSE');
    }
    return $values;
}

/** Completes a session. Returns 'approved', 'rejected', or 'none' for everything else. */
function get_finish_status(#[SensitiveParameter] string $token): string
{
    try {
        $action = send('/omni/finish-status', ["x-incode-hardware-id: $token"])->action ?? null;
    } catch (Failure $failure) {
        $isRejected = in_array($failure->getMessage(), ['UNAUTHORIZED', 'FORBIDDEN'], true);
        throw $isRejected && has_expired($token) ? new Failure('SESSION_EXPIRED', 410) : $failure;
    }
    return in_array($action, ['approved', 'rejected'], true) ? $action : 'none';
}

function send(string $path, #[SensitiveParameter] array $headers, array $options = []): stdClass
{
    $curl = curl_init(api()[0] . $path);
    $body = '';
    // Without CURLOPT_FOLLOWLOCATION: the API key and the token would travel with a redirect.
    curl_setopt_array($curl, $options + [
        CURLOPT_HTTPHEADER => [...$headers, 'x-api-key: ' . getenv('INCODE_API_KEY'), 'api-version: 1.0'],
        CURLOPT_TIMEOUT => TIMEOUT,
        CURLOPT_WRITEFUNCTION => function ($_, string $part) use (&$body): int {
            $body .= $part;
            return strlen($body) > LIMIT ? 0 : strlen($part); // 0 ends the transfer
        },
    ]);
    $isComplete = curl_exec($curl); // true even for a 500
    $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE); // 0 without a response
    $retryAfter = curl_getinfo($curl, CURLINFO_RETRY_AFTER); // seconds, even if the API sends a date
    $object = json_decode($body);
    return match (true) {
        $status === 401 => throw new Failure('UNAUTHORIZED'),
        $status === 403 => throw new Failure('FORBIDDEN'),
        $status === 429 => throw new Failure('RATE_LIMITED', 429, $retryAfter),
        $status >= 500 => throw new Failure('SERVER_ERROR', 502, $retryAfter),
        $status >= 400 => throw new Failure('CLIENT_ERROR', 502, $retryAfter),
        curl_errno($curl) === CURLE_OPERATION_TIMEDOUT => throw new Failure('TIMEOUT', 504),
        $status < 200, $status >= 300 => throw new Failure('NETWORK'), // a redirect too
        !$isComplete, !is_object($object) => throw new Failure('INVALID_RESPONSE'),
        default => $object,
    };
}

/** Returns true for a JWT whose `exp` has passed. Only after a 401 or 403: a wrong clock must lock no one out. */
function has_expired(#[SensitiveParameter] string $token): bool
{
    $parts = explode('.', $token);
    $expires = json_decode(base64_decode(strtr($parts[1] ?? '', '-_', '+/')))->exp ?? null;
    return count($parts) === 3 && (is_int($expires) || is_float($expires)) && $expires <= time();
}

/** Returns true for a string that is safe in a header: curl would send a line break in it as the end of the header. */
function is_visible(mixed $value): bool
{
    return is_string($value) && preg_match('/^[!-~]+$/D', $value) === 1;
}
