<?php

declare(strict_types=1);

namespace Bitrix\Main\Engine\Response;

use Bitrix\Main\HttpResponse;

class Json extends HttpResponse
{
    public function __construct($data = null, protected $jsonEncodingOptions = null)
    {
        parent::__construct();
        $this->addHeader('Content-Type', 'application/json; charset=UTF-8');
        $this->setData($data);
    }

    public function setData($data)
    {
        return $this->setContent(\Bitrix\Main\Web\Json::encode($data, $this->jsonEncodingOptions));
    }
}
