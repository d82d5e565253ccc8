<?php

// A backend that keeps the API key, creates sessions and acts on their results. page.php has its page.

declare(strict_types=1);

require __DIR__ . '/incode.php';
require __DIR__ . '/page.php';

ini_set('display_errors', '0');
ini_set('zend.exception_ignore_args', '1'); // keeps the token out of the stack traces in the log
header_remove('x-powered-by');

/** Configurations that the page may choose. The sandbox has more; those of your account are in your dashboard. */
const CONFIGURATIONS = ['approved', 'rejected', 'manual-review', 'expires-at-once'];
const DECISIONS = ['MANUAL_REVIEW_APPROVED' => 'approved', 'MANUAL_REVIEW_REJECTED' => 'rejected'];

foreach (@file(__DIR__ . '/.env', FILE_IGNORE_NEW_LINES) ?: [] as $line) { // the environment overrides this file
    preg_match('/^(\w+)=/', $line, $name) && getenv($name[1]) === false && putenv($line);
}

$path = strtok($_SERVER['REQUEST_URI'], '?');
try {
    $content = match ("{$_SERVER['REQUEST_METHOD']} $path") {
        'POST /api/session' => create(),
        'POST /api/result' => ['action' => result()],
        'POST /api/webhook' => webhook(),
        'GET /' => page(),
        default => asset($path),
    };
} catch (Failure $failure) {
    error_log("$path: {$failure->getMessage()}");
    http_response_code($failure->status);
    $failure->retryAfter && header("retry-after: $failure->retryAfter");
    $content = ['error' => $failure->getMessage()];
}
if ($content !== null) {
    header('content-type: application/json');
    echo json_encode($content);
}

function create(): array
{
    $configurationId = body()->configurationId ?? CONFIGURATIONS[0];
    in_array($configurationId, CONFIGURATIONS, true) || throw new Failure('INVALID_ARGUMENT', 400);
    [$token, $interviewId] = create_session($configurationId, user()['id']);
    user(['token' => $token, 'interviewId' => $interviewId]);
    return ['token' => $token, 'apiURL' => api()[0]];
}

// The page reports that the flow ended; the result comes from the API. Never trust a result sent by the page.
function result(): string
{
    $user = user();
    isset($user['token']) || throw new Failure('NO_SESSION', 409);
    $decision = decision($user['interviewId']);
    return is_file($decision) ? file_get_contents($decision) : get_finish_status($user['token']);
}

function webhook(): void
{
    $secret = (string) getenv('WEBHOOK_SECRET');
    // Hashes, because hash_equals returns earlier for another length.
    $isRight = hash_equals(hash('sha256', $secret), hash('sha256', $_SERVER['HTTP_X_WEBHOOK_SECRET'] ?? ''));
    $secret !== '' && $isRight || throw new Failure('UNAUTHORIZED', 401);
    $event = body();
    [$interviewId, $status] = [$event->interviewId ?? null, $event->onboardingStatus ?? null];
    if (is_string($interviewId) && is_string($status) && isset(DECISIONS[$status])) {
        is_dir(__DIR__ . '/decisions') || mkdir(__DIR__ . '/decisions', 0700);
        file_put_contents(decision($interviewId), DECISIONS[$status]) || throw new Failure('INTERNAL', 500);
    }
    http_response_code(204);
}

/** Returns the file with the decision of a reviewer. Use your database. */
function decision(string $interviewId): string
{
    return __DIR__ . '/decisions/' . hash('sha256', $interviewId);
}

/** Returns the user's data, with `$new` added to it. Replace with your own sign-in and database. */
function user(array $new = []): array
{
    session_start(['cookie_httponly' => true, 'cookie_samesite' => 'Strict', 'use_strict_mode' => true]);
    $_SESSION = $new + $_SESSION + ['id' => bin2hex(random_bytes(16))]; // the API gets this ID, not the cookie
    session_write_close(); // unlocks the session: this user's other requests would wait for the API's response
    return $_SESSION;
}

function body(): stdClass
{
    $object = json_decode(file_get_contents('php://input', length: LIMIT));
    return $object instanceof stdClass ? $object : throw new Failure('INVALID_ARGUMENT', 400);
}
