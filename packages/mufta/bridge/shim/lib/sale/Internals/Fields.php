<?php

declare(strict_types=1);

namespace Bitrix\Sale\Internals;

class Fields extends \Bitrix\Main\Type\ParameterDictionary
{
    /** @var array<string, mixed> the values before the change */
    private array $original = [];

    /** Compares loosely, as the kernel does: "1.0" and 1 are the same. */
    public function change(string $name, mixed $value): bool
    {
        $old = $this->get($name);
        if ($old == $value && ($old === null) === ($value === null)) {
            return false;
        }
        if (!array_key_exists($name, $this->original)) {
            $this->original[$name] = $old;
        }
        $this->values[$name] = $value;
        return true;
    }

    public function getOriginalValues()
    {
        return $this->original;
    }

    public function getChangedValues()
    {
        return array_intersect_key($this->values, $this->original);
    }

    public function isChanged($name)
    {
        return array_key_exists($name, $this->original);
    }

    public function clearChanged()
    {
        $this->original = [];
    }
}
