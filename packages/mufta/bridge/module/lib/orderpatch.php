<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** What the runtime wants to be different in an order, checked for its form. What is left out is not touched. */
final class OrderPatch
{
    private const TEXT = 20_000;

    /**
     * @param array<string, string> $fields order field => text, for comments and the reason
     * @param array<int, bool> $payments payment id => paid
     * @param array<int, array<string, string>> $shipments shipment id => field => text
     */
    private function __construct(
        public readonly ?string $status,
        public readonly ?bool $canceled,
        public readonly array $fields,
        public readonly array $payments,
        public readonly array $shipments
    ) {
    }

    /** @throws Failure BAD_REQUEST */
    public static function parse(Args $args): self
    {
        $args->allow(
            'status',
            'canceled',
            'cancelReason',
            'managerComment',
            'customerComment',
            'payments',
            'shipments'
        );
        $fields = [];
        $names = ['cancelReason' => 255, 'managerComment' => self::TEXT, 'customerComment' => self::TEXT];
        foreach ($names as $name => $most) {
            if ($args->has($name)) {
                $fields[$name] = $args->textOrNull($name, $most) ?? '';
            }
        }
        return new self(
            $args->has('status') ? $args->text('status', 2) : null,
            $args->has('canceled') ? $args->flag('canceled') : null,
            $fields,
            self::payments($args),
            self::shipments($args)
        );
    }

    private static function payments(Args $args): array
    {
        $payments = [];
        foreach (self::parts($args, 'payments') as $part) {
            $part->allow('id', 'paid');
            if ($part->has('paid')) {
                $payments[$part->id('id')] = $part->flag('paid');
            }
        }
        // Money is taken back before other money is booked: the sum paid never passes the total.
        asort($payments);
        return $payments;
    }

    private static function shipments(Args $args): array
    {
        $shipments = [];
        foreach (self::parts($args, 'shipments') as $part) {
            $part->allow('id', 'trackingNumber', 'status', 'allowDelivery', 'deducted');
            $fields = [];
            if ($part->has('trackingNumber')) {
                $fields['trackingNumber'] = $part->textOrNull('trackingNumber', 255) ?? '';
            }
            if ($part->has('status')) {
                $fields['status'] = $part->text('status', 2);
            }
            foreach (['allowDelivery', 'deducted'] as $name) {
                if ($part->has($name)) {
                    $fields[$name] = $part->flag($name) ? 'Y' : 'N';
                }
            }
            $shipments[$part->id('id')] = $fields;
        }
        return $shipments;
    }

    /** @return list<Args> */
    private static function parts(Args $args, string $name): array
    {
        return $args->has($name) && !$args->isEmptyList($name) ? $args->maps($name, 100) : [];
    }
}
