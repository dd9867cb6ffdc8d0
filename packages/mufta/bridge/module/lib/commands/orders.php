<?php

declare(strict_types=1);

namespace Mufta\Bridge\Commands;

use Mufta\Bridge\Call;
use Mufta\Bridge\Guard;
use Mufta\Bridge\OrderFeed;
use Mufta\Bridge\OrderPatch;
use Mufta\Bridge\OrderReader;
use Mufta\Bridge\OrderWriter;
use Mufta\Bridge\Sql;

final class Orders
{
    private const LOCK_SECONDS = 5;

    /** @return array<string, callable(Call): array<string, mixed>> */
    public static function table(): array
    {
        return [
            'orders.read' => self::read(...),
            'orders.changed' => self::changed(...),
            'orders.ids' => self::ids(...),
            'orders.patch' => self::patch(...),
        ];
    }

    private static function read(Call $call): array
    {
        return (new OrderReader())->read($call->args->allow('ids')->ids('ids', 250));
    }

    private static function changed(Call $call): array
    {
        $args = $call->args->allow('since', 'afterId', 'limit');
        return OrderFeed::changed(
            $args->timeOrNull('since'),
            $args->idOrNull('afterId'),
            $args->int('limit', 1, 500)
        );
    }

    private static function ids(Call $call): array
    {
        $args = $call->args->allow('afterId', 'limit', 'since');
        return OrderFeed::ids($args->idOrNull('afterId'), $args->int('limit', 1, 1000), $args->timeOrNull('since'));
    }

    /** The kernel locks no order: the lock keeps two patches apart, the version keeps a manager's save. */
    private static function patch(Call $call): array
    {
        $args = $call->args->allow('id', 'expectedVersion', 'patch');
        $id = $args->id('id');
        $expected = $args->intOrNull('expectedVersion');
        $patch = OrderPatch::parse($args->map('patch'));
        return Sql::locked('order_' . $id, self::LOCK_SECONDS, static fn (): array => Guard::run(
            static fn (): array => (new OrderWriter())->write($id, $expected, $patch, $call->key)
        ));
    }
}
