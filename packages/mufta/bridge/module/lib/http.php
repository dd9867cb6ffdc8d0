<?php

declare(strict_types=1);

namespace Mufta\Bridge;

use Bitrix\Main\Web\HttpClient;

/** Requests of the site to the runtime: no redirects, verified TLS, short limits, small answers. */
final class Http
{
    private const MAX_ANSWER = 65_536;

    /**
     * One POST. Never throws: an outcome without a status is a failure of the way.
     *
     * @param array<string, string> $headers
     */
    public static function post(string $url, array $headers, string $body, int $seconds): HttpOutcome
    {
        try {
            // A new client each time: a used one keeps the status and body of the request before.
            $client = new HttpClient([
                'redirect' => false,
                'waitResponse' => true,
                'version' => HttpClient::HTTP_1_1,
                'socketTimeout' => max(1, min(5, $seconds)),
                'streamTimeout' => max(1, min(10, $seconds)),
                'bodyLengthMax' => self::MAX_ANSWER,
                'disableSslVerification' => false,
                'compress' => false,
                'privateIp' => Settings::isPrivateAllowed(),
            ]);
            // Without it the kernel would call a JSON body a form.
            $client->setHeader('Content-Type', 'application/json; charset=utf-8');
            $client->setHeader('Accept', 'application/json');
            foreach ($headers as $name => $value) {
                $client->setHeader($name, $value);
            }
            $isSent = $client->query('POST', $url, $body);
            if (!$isSent || $client->getError() !== []) {
                return new HttpOutcome(0, '', null);
            }
            $retryAfter = $client->getHeaders()->get('Retry-After');
            return new HttpOutcome(
                (int)$client->getStatus(),
                (string)$client->getResult(),
                is_numeric($retryAfter) ? (int)$retryAfter : null
            );
        } catch (\Throwable $error) {
            Log::exception('HTTP_FAILED', $error);
            return new HttpOutcome(0, '', null);
        }
    }

    /** An address that the site may send to: https, or anything when the administrator allowed the local network. */
    public static function isAllowed(string $url): bool
    {
        $parts = parse_url($url);
        if (!is_array($parts) || ($parts['host'] ?? '') === '' || isset($parts['user']) || isset($parts['pass'])) {
            return false;
        }
        $scheme = strtolower($parts['scheme'] ?? '');
        return $scheme === 'https' || ($scheme === 'http' && Settings::isPrivateAllowed());
    }

    /** Path and query as they go over the wire: they are signed. */
    public static function target(string $url): string
    {
        $parts = parse_url($url);
        $query = isset($parts['query']) ? '?' . $parts['query'] : '';
        return ($parts['path'] ?? '/') . $query;
    }
}
