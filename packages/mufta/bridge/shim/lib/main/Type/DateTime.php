<?php

declare(strict_types=1);

namespace Bitrix\Main\Type;

class DateTime extends Date
{
    public function __construct($time = null, $format = null, ?\DateTimeZone $timezone = null)
    {
        $this->value = new \DateTime('now', $timezone);
        if ($time !== null && $time !== '') {
            $this->parse((string)$time, $format ?? static::getFormat());
        }
        if ($format !== 'u') {
            $this->value->setTime((int)$this->value->format('H'), (int)$this->value->format('i'), (int)$this->value->format('s'));
        }
    }

    public function getTimeZone()
    {
        return $this->value->getTimezone();
    }

    public function setTimeZone(\DateTimeZone $timezone)
    {
        $this->value->setTimezone($timezone);
        return $this;
    }

    public function setDefaultTimeZone()
    {
        return $this->setTimeZone(new \DateTimeZone(date_default_timezone_get()));
    }

    public function setTime($hour, $minute, $second = 0, $microsecond = 0)
    {
        $this->value->setTime($hour, $minute, $second, $microsecond);
        return $this;
    }

    public static function getFormat($culture = null)
    {
        return 'd.m.Y H:i:s';
    }

    public static function tryParse($time, $format = null, ?\DateTimeZone $timezone = null)
    {
        try {
            return new static($time, $format, $timezone);
        } catch (\Bitrix\Main\ObjectException) {
            return null;
        }
    }
}
