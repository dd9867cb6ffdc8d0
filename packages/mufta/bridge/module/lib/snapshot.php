<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** The fingerprint of an order's content: what it says, not when or how often it was saved. */
final class Snapshot
{
    /** @param array<string, mixed> $order in the protocol's shape */
    public static function of(array $order): string
    {
        unset($order['version'], $order['updatedAt']);
        return hash('sha256', JsonCodec::encode($order));
    }
}
