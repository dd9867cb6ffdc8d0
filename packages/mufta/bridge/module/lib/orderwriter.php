<?php

declare(strict_types=1);

namespace Mufta\Bridge;

use Bitrix\Sale\DeliveryStatus;
use Bitrix\Sale\Order;
use Bitrix\Sale\OrderStatus;

/**
 * Carries a patch out through the shop's own order object, so that its rules, mails and stock follow. Runs under the
 * order's lock and the guard. Every Result is looked at: setField refuses without an exception, and save reports
 * what went wrong in a child only as a warning.
 */
final class OrderWriter
{
    private const ORDER_FIELDS = [
        'cancelReason' => 'REASON_CANCELED',
        'managerComment' => 'COMMENTS',
        'customerComment' => 'USER_DESCRIPTION',
    ];
    private const SHIPMENT_FIELDS = [
        'trackingNumber' => 'TRACKING_NUMBER',
        'status' => 'STATUS_ID',
        'allowDelivery' => 'ALLOW_DELIVERY',
        'deducted' => 'DEDUCTED',
    ];

    /** Any text may stand in these. */
    private const TEXTS = ['REASON_CANCELED', 'COMMENTS', 'USER_DESCRIPTION', 'TRACKING_NUMBER'];

    /** @var list<string> */
    private array $changed = [];

    /**
     * @return array{version: int|null, changed: list<string>, warnings: list<string>}
     * @throws Failure NOT_FOUND, VERSION_CONFLICT, UNKNOWN_STATUS, REFUSED
     */
    public function write(int $id, ?int $expectedVersion, OrderPatch $patch, string $key): array
    {
        Rows::needModule('sale');
        $order = Order::load($id);
        if (!$order instanceof Order || !Settings::servesSite((string)$order->getField('LID'))) {
            throw new Failure('NOT_FOUND', 'The site has no such order', ['id' => (string)$id]);
        }
        $version = $this->versionOf($order);
        if ($expectedVersion !== null && $version !== null && $version !== $expectedVersion) {
            throw new Failure('VERSION_CONFLICT', 'The order was changed in the meantime', ['version' => $version]);
        }
        $this->checkStatuses($patch);
        $this->apply($order, $patch);
        if ($this->changed === []) {
            return ['version' => $version, 'changed' => [], 'warnings' => []];
        }
        return $this->save($order, $patch, $key);
    }

    /**
     * In the safe order: a cancelled order is revived first; the order's own fields come last, because a payment or
     * shipment may move the status by the shop's rules, and a cancellation is refused while money or goods are out.
     */
    private function apply(Order $order, OrderPatch $patch): void
    {
        if ($patch->canceled === false) {
            $this->set($order, 'canceled', 'CANCELED', 'N');
        }
        foreach ($patch->payments as $id => $isPaid) {
            $this->applyPayment($order, $id, $isPaid);
        }
        foreach ($patch->shipments as $id => $fields) {
            $this->applyShipment($order, $id, $fields);
        }
        foreach ($patch->fields as $name => $text) {
            $this->set($order, $name, self::ORDER_FIELDS[$name], $text);
        }
        if ($patch->status !== null) {
            $this->set($order, 'status', 'STATUS_ID', $patch->status);
        }
        if ($patch->canceled === true) {
            $this->set($order, 'canceled', 'CANCELED', 'Y');
        }
    }

    private function applyPayment(Order $order, int $id, bool $isPaid): void
    {
        $payment = $order->getPaymentCollection()->getItemById($id);
        if ($payment === null) {
            throw new Failure('NOT_FOUND', 'The order has no such payment', ['payment' => (string)$id]);
        }
        if ((bool)$payment->isPaid() === $isPaid) {
            return;
        }
        if ($payment->isInner()) {
            throw $this->refused(['A payment from the buyer\'s account is booked by the site alone']);
        }
        $this->check($payment->setPaid($isPaid ? 'Y' : 'N'));
        $this->changed[] = "payments.$id.paid";
    }

    /** @param array<string, string> $fields */
    private function applyShipment(Order $order, int $id, array $fields): void
    {
        $shipment = $order->getShipmentCollection()->getItemById($id);
        if ($shipment === null || $shipment->isSystem()) {
            throw new Failure('NOT_FOUND', 'The order has no such shipment', ['shipment' => (string)$id]);
        }
        foreach ($fields as $name => $text) {
            $this->set($shipment, "shipments.$id.$name", self::SHIPMENT_FIELDS[$name], $text);
        }
    }

    /**
     * Compared as text: the kernel compares loosely, and null and "" are the same to it. Of two texts that are one
     * number, "0012" and "12", it would keep the old one: such a field is emptied first.
     */
    private function set(object $target, string $name, string $field, string $value): void
    {
        $present = $target->getField($field);
        if ((string)$present === $value) {
            return;
        }
        if ($present == $value && in_array($field, self::TEXTS, true)) {
            $this->check($target->setField($field, ''));
        }
        $this->check($target->setField($field, $value));
        $this->changed[] = $name;
    }

    private function check(mixed $result): void
    {
        if (is_object($result) && method_exists($result, 'isSuccess') && !$result->isSuccess()) {
            throw $this->refusedBy($result);
        }
    }

    private function save(Order $order, OrderPatch $patch, string $key): array
    {
        $result = $order->save();
        if (!$result->isSuccess()) {
            throw $this->refusedBy($result);
        }
        $warnings = $result->hasWarnings() ? array_map(strval(...), $result->getWarningMessages()) : [];
        $id = (int)$order->getId();
        $reader = new OrderReader();
        $written = $reader->one($id);
        if ($written === null) {
            return ['version' => $this->versionOf($order), 'changed' => $this->changed, 'warnings' => $warnings];
        }
        if ($patch->status !== null && $written['status'] !== $patch->status) {
            $warnings[] = "The shop's own rules moved the status to " . $written['status'];
        }
        Applied::remember($key, 'order', (string)$id, $written['version'], Snapshot::of($written, $reader->kinds()));
        return [
            'version' => $written['version'],
            'changed' => $this->changed,
            'warnings' => array_values($warnings),
        ];
    }

    /** setField takes any status, also one that does not exist. Codes are case-sensitive. */
    private function checkStatuses(OrderPatch $patch): void
    {
        if ($patch->status !== null) {
            $this->checkStatus($patch->status, OrderStatus::getAllStatuses());
        }
        foreach ($patch->shipments as $fields) {
            if (isset($fields['status'])) {
                $this->checkStatus($fields['status'], DeliveryStatus::getAllStatuses());
            }
        }
    }

    /** @param array<array-key, mixed> $known */
    private function checkStatus(string $status, array $known): void
    {
        if (!in_array($status, array_map(strval(...), array_values($known)), true)) {
            throw new Failure('UNKNOWN_STATUS', 'The site has no such status', ['status' => $status]);
        }
    }

    private function versionOf(Order $order): ?int
    {
        $version = $order->getField('VERSION');
        return $version === null || $version === '' ? null : (int)$version;
    }

    /** The shop's own codes ("SALE_ORDER_CANCEL_PAYMENT_EXIST_ACTIVE") and texts. */
    private function refusedBy(object $result): Failure
    {
        $codes = array_map(static fn (object $error): string => (string)$error->getCode(), $result->getErrors());
        return $this->refused($result->getErrorMessages(), array_values(array_unique(array_filter($codes))));
    }

    /**
     * @param array<array-key, mixed> $messages the shop's own, in the language of the site
     * @param list<string> $codes none where the shop gave none
     */
    private function refused(array $messages, array $codes = []): Failure
    {
        $short = static fn (mixed $text): string => mb_substr(strip_tags((string)$text), 0, 300);
        $details = ['messages' => array_map($short, array_values($messages))];
        if ($codes !== []) {
            $details['codes'] = array_map($short, $codes);
        }
        return new Failure('REFUSED', 'The shop refused the change', $details);
    }
}
