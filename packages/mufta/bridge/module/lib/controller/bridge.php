<?php

declare(strict_types=1);

namespace Mufta\Bridge\Controller;

use Bitrix\Main\Engine\ActionFilter\Csrf;
use Bitrix\Main\Engine\Controller;
use Bitrix\Main\HttpResponse;
use Mufta\Bridge\Endpoint;
use Mufta\Bridge\RawRequest;

/** The module's only way in. */
class Bridge extends Controller
{
    /**
     * No login and no session token: the signature is checked by the endpoint, which answers every refusal (method,
     * type, size, signature) with a status of its own, where a filter would answer 200. A Csrf filter that is left
     * out is added by the kernel for POST, so it is there, switched off.
     */
    public function configureActions(): array
    {
        return ['call' => ['prefilters' => [new Csrf(false)]]];
    }

    public function callAction(): HttpResponse
    {
        $answer = Endpoint::answer(RawRequest::current());
        $response = new HttpResponse();
        $response->setStatus($answer->status);
        $response->addHeader('Content-Type', 'application/json; charset=utf-8');
        $response->addHeader('Cache-Control', 'no-store');
        $response->setContent($answer->body);
        return $response;
    }
}
