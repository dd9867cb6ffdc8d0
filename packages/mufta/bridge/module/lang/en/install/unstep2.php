<?php

$MESS['MUFTA_BRIDGE_UNSTEP_DONE'] = 'The module is removed.';
