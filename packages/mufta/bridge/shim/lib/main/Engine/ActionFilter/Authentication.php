<?php

declare(strict_types=1);

namespace Bitrix\Main\Engine\ActionFilter;

use Bitrix\Main\Context;
use Bitrix\Main\Error;
use Bitrix\Main\Event;
use Bitrix\Main\EventResult;

class Authentication extends Base
{
    public const ERROR_INVALID_AUTHENTICATION = 'invalid_authentication';

    public function onBeforeAction(Event $event)
    {
        if ($GLOBALS['USER']?->IsAuthorized()) {
            return null;
        }
        Context::getCurrent()->getResponse()->setStatus(401);
        $this->addError(new Error('Could not check the authentication', self::ERROR_INVALID_AUTHENTICATION));
        return new EventResult(EventResult::ERROR, null, null, $this);
    }
}
