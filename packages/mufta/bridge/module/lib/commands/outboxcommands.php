<?php

declare(strict_types=1);

namespace Mufta\Bridge\Commands;

use Mufta\Bridge\Call;
use Mufta\Bridge\EchoFilter;
use Mufta\Bridge\Failure;
use Mufta\Bridge\Outbox;

/** The runtime's pull of the outbox. */
final class OutboxCommands
{
    private const MOST = 200;

    /** @return array<string, callable(Call): array<string, mixed>> */
    public static function table(): array
    {
        return [
            'outbox.claim' => self::claim(...),
            'outbox.ack' => self::acknowledge(...),
            'outbox.fail' => self::fail(...),
        ];
    }

    /** With the token of an earlier claim: its rows again, if it still holds any. */
    private static function claim(Call $call): array
    {
        $args = $call->args->allow('limit', 'leaseSeconds', 'token');
        $limit = $args->int('limit', 1, self::MOST);
        $lease = $args->int('leaseSeconds', 1, 300);
        $token = $args->has('token') ? self::token($call) : null;
        ['token' => $held, 'rows' => $rows] = Outbox::claim($limit, $lease, $token);
        return ['token' => $held, 'rows' => array_map(self::toRow(...), EchoFilter::apply($held, $rows))];
    }

    private static function acknowledge(Call $call): array
    {
        $args = $call->args->allow('token', 'ids');
        return ['acked' => Outbox::acknowledge(self::token($call), $args->ids('ids', self::MOST))];
    }

    private static function fail(Call $call): array
    {
        $args = $call->args->allow('token', 'ids', 'error');
        $error = $args->text('error', 500);
        return ['failed' => Outbox::fail(self::token($call), $args->ids('ids', self::MOST), $error)];
    }

    private static function token(Call $call): string
    {
        $token = $call->args->text('token', 64);
        if (preg_match('/^[A-Za-z0-9_-]{8,64}$/D', $token) !== 1) {
            throw new Failure('BAD_REQUEST', 'token is not one of a claim', ['argument' => 'token']);
        }
        return $token;
    }

    private static function toRow(array $row): array
    {
        unset($row['deleted']);
        return $row;
    }
}
