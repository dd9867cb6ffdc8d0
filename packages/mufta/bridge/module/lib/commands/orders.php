<?php

declare(strict_types=1);

namespace Mufta\Bridge\Commands;

use Mufta\Bridge\Call;
use Mufta\Bridge\Encoded;
use Mufta\Bridge\Guard;
use Mufta\Bridge\JsonCodec;
use Mufta\Bridge\OrderFeed;
use Mufta\Bridge\OrderPatch;
use Mufta\Bridge\OrderReader;
use Mufta\Bridge\OrderWriter;
use Mufta\Bridge\Sql;

final class Orders
{
    private const LOCK_SECONDS = 5;

    /** @return array<string, callable(Call): (array<string, mixed>|Encoded)> */
    public static function table(): array
    {
        return [
            'orders.read' => self::read(...),
            'orders.changed' => self::changed(...),
            'orders.ids' => self::ids(...),
            'orders.patch' => self::patch(...),
        ];
    }

    /** Each order becomes text as soon as it is read: the shapes of a whole page would be many times its text. */
    private static function read(Call $call): Encoded
    {
        $ids = $call->args->allow('ids')->ids('ids', 500);
        $orders = [];
        $reader = new OrderReader();
        foreach ($reader->each($ids) as $id => $order) {
            $orders[$id] = JsonCodec::encode(array_values($order));
        }
        $missing = array_map(strval(...), array_values(array_diff($ids, array_keys($orders))));
        $kinds = JsonCodec::encode($reader->kinds());
        $missing = JsonCodec::encode($missing);
        return new Encoded('{"orders":[' . implode(',', $orders) . "],\"kinds\":$kinds,\"missing\":$missing}");
    }

    private static function changed(Call $call): array
    {
        $args = $call->args->allow('since', 'afterId', 'limit');
        return OrderFeed::changed(
            $args->timeOrNull('since'),
            $args->idOrNull('afterId'),
            $args->int('limit', 1, 1000)
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
