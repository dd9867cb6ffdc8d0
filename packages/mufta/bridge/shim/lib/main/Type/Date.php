<?php

declare(strict_types=1);

namespace Bitrix\Main\Type;

class Date
{
    protected \DateTime $value;

    public function __construct($date = null, $format = null)
    {
        $this->value = new \DateTime();
        if ($date !== null && $date !== '') {
            $this->parse((string)$date, $format ?? static::getFormat());
        }
        $this->value->setTime(0, 0);
    }

    public function format($format)
    {
        return $this->value->format($format);
    }

    public function getTimestamp()
    {
        return $this->value->getTimestamp();
    }

    /** @param string $interval "P1D", "PT5M" or "-1 day" */
    public function add($interval)
    {
        try {
            $this->value->add(new \DateInterval($interval));
        } catch (\Exception) {
            $this->value->modify($interval);
        }
        return $this;
    }

    public function toString($culture = null)
    {
        return $this->value->format(static::getFormat());
    }

    public function getValue(): \DateTime
    {
        return $this->value;
    }

    public function __toString(): string
    {
        return $this->toString();
    }

    public function __clone()
    {
        $this->value = clone $this->value;
    }

    public static function getFormat($culture = null)
    {
        return 'd.m.Y';
    }

    public static function createFromTimestamp($timestamp)
    {
        $made = new static();
        $made->value->setTimestamp((int)$timestamp);
        return $made;
    }

    public static function createFromPhp(\DateTime $time)
    {
        $made = new static();
        $made->value = clone $time;
        return $made;
    }

    protected function parse(string $text, string $format): void
    {
        $time = \DateTime::createFromFormat($format, $text, $this->value->getTimezone());
        if ($time === false) {
            throw new \Bitrix\Main\ObjectException("Incorrect date/time: $text");
        }
        $this->value = $time;
    }
}
