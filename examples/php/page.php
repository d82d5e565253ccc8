<?php

// The page, its policy, and the modules that it loads. In production, your web server sends them.

declare(strict_types=1);

function page(): void
{
    $html = file_get_contents(__DIR__ . '/public/index.html');
    preg_match('~<script type="importmap">(.*?)</script>~s', $html, $map);
    $policy = [
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval' 'sha256-" . base64_encode(hash('sha256', $map[1], true)) . "'",
        "connect-src 'self' " . api()[1],
        "style-src 'self'",
        "img-src 'self' data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ];
    header('content-security-policy: ' . implode('; ', $policy));
    echo $html;
}

/** Sends a file. No part of its path starts with a dot. */
function asset(string $path): void
{
    $isName = preg_match('~^(/modules(?=/@incodetech/))?((?:/@?\w[\w.-]*)+\.(js|css))$~D', $path, $parts);
    $file = $isName ? __DIR__ . ($parts[1] ? '/node_modules' : '/public') . $parts[2] : '';
    is_file($file) || throw new Failure('NOT_FOUND', 404);
    header('content-type: text/' . ($parts[3] === 'js' ? 'javascript' : 'css'));
    readfile($file);
}
