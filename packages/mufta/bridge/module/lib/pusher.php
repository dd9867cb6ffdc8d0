<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** Sends the outbox to the runtime: after the response where PHP can do that, otherwise by the agent. */
final class Pusher
{
    private const BATCH = 100;
    private const LEASE = 60;
    private const AFTER_RESPONSE_SECONDS = 5;
    private const PAUSE_STATE = 'push';
    private const MAX_PAUSE = 900;
    private static bool $isPlanned = false;

    /**
     * Plans one push for the end of this request. Where the response cannot be finished first (mod_php), nothing is
     * planned: a buyer must not wait for the runtime.
     */
    public static function afterResponse(): void
    {
        if (self::$isPlanned || !self::canFinishFirst()) {
            return;
        }
        self::$isPlanned = true;
        register_shutdown_function(static function (): void {
            self::$isPlanned = false;
            try {
                self::finishResponse();
                self::push(new Deadline(self::AFTER_RESPONSE_SECONDS));
            } catch (\Throwable $error) {
                Log::exception('PUSH_FAILED', $error);
            }
        });
    }

    /** Delivers what is due until the time is over. Two at once are of no use: the second does nothing. */
    public static function push(Deadline $deadline): int
    {
        $credentials = Settings::isPushOn() && !self::isPaused() ? Settings::credentials() : null;
        if ($credentials === null || Settings::connection() === '' || !Http::isAllowed(Settings::runtimeUrl())) {
            return 0;
        }
        try {
            return Sql::locked('push', 0, static fn (): int => self::drain($credentials, $deadline));
        } catch (Failure) {
            return 0;
        }
    }

    /** A signed push without events: proves address, key and connection. Returns a code for the settings page. */
    public static function check(): string
    {
        $credentials = Settings::credentials();
        if ($credentials === null) {
            return 'not_paired';
        }
        if (!Http::isAllowed(Settings::runtimeUrl())) {
            return 'address';
        }
        $outcome = self::send($credentials, [], 10);
        $code = self::codeOf($outcome);
        if ($code === 'ok') {
            State::forget(self::PAUSE_STATE);
            State::set('last_push', $code);
        }
        return $code;
    }

    private static function drain(Credentials $credentials, Deadline $deadline): int
    {
        $sent = 0;
        while (!$deadline->isOver()) {
            ['token' => $token, 'rows' => $rows] = Outbox::claim(self::BATCH, self::LEASE);
            $rows = EchoFilter::apply($token, $rows);
            if ($rows === []) {
                return $sent;
            }
            $outcome = self::send($credentials, $rows, (int)ceil($deadline->secondsLeft()));
            if (self::codeOf($outcome) === 'ok') {
                $sent += Outbox::acknowledge($token, array_column($rows, 'id'));
                self::resume();
                continue;
            }
            if ($outcome->isGood() || $outcome->isPassing() || $outcome->isSetup()) {
                Outbox::giveBack($token, array_column($rows, 'id'));
                self::pause($outcome);
                return $sent;
            }
            $sent += self::sendSingly($credentials, $token, $rows, $outcome->status, $deadline);
        }
        return $sent;
    }

    /** A batch was refused for what it holds: each row goes alone, so that one bad row does not hold the others. */
    private static function sendSingly(
        Credentials $credentials,
        string $token,
        array $rows,
        int $status,
        Deadline $deadline
    ): int {
        if (count($rows) === 1) {
            Outbox::fail($token, [$rows[0]['id']], 'HTTP_' . $status);
            return 0;
        }
        $sent = 0;
        foreach ($rows as $row) {
            if ($deadline->isOver()) {
                Outbox::giveBack($token, [$row['id']]);
                continue;
            }
            $outcome = self::send($credentials, [$row], (int)ceil($deadline->secondsLeft()));
            if (self::codeOf($outcome) === 'ok') {
                $sent += Outbox::acknowledge($token, [$row['id']]);
            } elseif ($outcome->isPassing() || $outcome->isSetup()) {
                Outbox::giveBack($token, [$row['id']]);
            } else {
                Outbox::fail($token, [$row['id']], 'HTTP_' . $outcome->status);
            }
        }
        return $sent;
    }

    private static function send(Credentials $credentials, array $rows, int $seconds): HttpOutcome
    {
        $url = Settings::runtimeUrl() . '/hooks/' . rawurlencode(Settings::connection()) . '/site';
        $events = array_map(static fn (array $row): array => [
            'entity' => $row['entity'],
            'id' => $row['entityId'],
            'reason' => $row['reason'],
            'version' => $row['version'],
            'deleted' => $row['deleted'],
        ], $rows);
        $body = JsonCodec::encode(['v' => Module::PROTOCOL, 'events' => $events]);
        $headers = Signer::headers($credentials, 'POST', Http::target($url), $body);
        return Http::post($url, $headers, $body, $seconds);
    }

    /** Taken is only what the runtime says it has taken: a page of a proxy with status 200 is not. */
    private static function codeOf(HttpOutcome $outcome): string
    {
        if (!$outcome->isGood()) {
            return $outcome->status === 0 ? 'no_answer' : 'http_' . $outcome->status;
        }
        return is_int($outcome->json()['accepted'] ?? null) ? 'ok' : 'not_a_runtime';
    }

    private static function isPaused(): bool
    {
        return (int)(self::pauseState()['until'] ?? 0) > time();
    }

    private static function pause(HttpOutcome $outcome): void
    {
        $failures = (int)(self::pauseState()['failures'] ?? 0) + 1;
        $most = min(self::MAX_PAUSE, 5 * 2 ** min($failures, 10));
        $seconds = $outcome->retryAfter ?? random_int((int)ceil($most / 2), $most);
        $state = ['failures' => $failures, 'until' => time() + min($seconds, self::MAX_PAUSE)];
        State::set(self::PAUSE_STATE, JsonCodec::encode($state));
        State::set('last_push', self::codeOf($outcome));
    }

    private static function resume(): void
    {
        if (State::get(self::PAUSE_STATE) !== null) {
            State::forget(self::PAUSE_STATE);
        }
        State::set('last_push', 'ok');
    }

    /** @return array<array-key, mixed> */
    private static function pauseState(): array
    {
        try {
            return JsonCodec::decode(State::get(self::PAUSE_STATE) ?? '{}');
        } catch (\JsonException) {
            return [];
        }
    }

    private static function canFinishFirst(): bool
    {
        return PHP_SAPI === 'cli'
            || function_exists('fastcgi_finish_request')
            || function_exists('litespeed_finish_request');
    }

    private static function finishResponse(): void
    {
        if (session_status() === PHP_SESSION_ACTIVE) {
            session_write_close();
        }
        ignore_user_abort(true);
        if (function_exists('fastcgi_finish_request')) {
            fastcgi_finish_request();
        } elseif (function_exists('litespeed_finish_request')) {
            litespeed_finish_request();
        }
    }
}
