<?php

return [
    'controllers' => [
        'value' => [
            'defaultNamespace' => '\Mufta\Bridge\Controller',
            'namespaces' => [
                '\Mufta\Bridge\Controller' => 'api',
            ],
        ],
        'readonly' => true,
    ],
];
