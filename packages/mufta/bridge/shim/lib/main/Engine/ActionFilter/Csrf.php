<?php

declare(strict_types=1);

namespace Bitrix\Main\Engine\ActionFilter;

use Bitrix\Main\Context;
use Bitrix\Main\Error;
use Bitrix\Main\Event;
use Bitrix\Main\EventResult;

class Csrf extends Base
{
    public const ERROR_INVALID_CSRF = 'invalid_csrf';

    public function __construct(private bool $enabled = true, private string $tokenName = 'sessid', private bool $returnNew = true)
    {
        parent::__construct();
    }

    public function onBeforeAction(Event $event)
    {
        if (!$this->enabled || check_bitrix_sessid($this->tokenName)) {
            return null;
        }
        Context::getCurrent()->getResponse()->setStatus(401);
        $this->addError(new Error('Invalid csrf token', self::ERROR_INVALID_CSRF, ['csrf' => bitrix_sessid()]));
        return new EventResult(EventResult::ERROR, null, null, $this);
    }
}
