<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** The fingerprint of an order's content: what it says, not when or how often it was saved. */
final class Snapshot
{
    /**
     * @param array<string, mixed> $order in the protocol's shape
     * @param list<array{string, ?string, string, ?string}> $kinds of the properties; their places differ by answer
     */
    public static function of(array $order, array $kinds): string
    {
        unset($order['version'], $order['updatedAt']);
        foreach ($order['properties'] as &$property) {
            $property[0] = $kinds[$property[0]];
        }
        unset($property);
        return hash('sha256', JsonCodec::encode($order));
    }
}
