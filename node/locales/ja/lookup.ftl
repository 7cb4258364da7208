# lookup の文。

several-found = 1 人に絞れません。次を尋ねて、もう一度探してください：{ $ask }
found-one = 1 人に絞れました（{ $keys }）。まだ本人と確かめたことにはなりません。
found-loose = 手がかりが弱い一致です。見る前に、必ず声に出して確かめてください。
confirm-with = 本人確認に使える項目（--confirm 項目=答え）：{ $facts }
identity-confirmed = 本人と確かめました。
identity-not-fitting = 答えが登録と合いません（あと { $left } 回）。
record-head = { $at } に表示（{ $until } まで有効、根拠：{ $basis }）
subject-name = { $use }：{ $written }（{ $reading }）
subject-birth = 生年月日：{ $date }
subject-age = 年齢：{ $years } 歳
subject-address = 住所（保険者の登録。古いことがあります）：{ $address }
coverage = 保険者 { $insurer } { $name }　記号 { $symbol }　番号 { $number }　枝番 { $branch }
coverage-held = 　資格取得 { $from }（喪失の登録はありません）
coverage-ended = 　資格取得 { $from }、資格喪失 { $until }
coverage-burden = 負担割合 { $percent } %
coverage-loss = 喪失の理由：{ $loss }
no-coverage = 資格の登録は、このデータに見当たりません
outside-prescriptions = 院外処方箋を出した日：{ $days }（その薬は、薬局のレセプトに載ります）
checkup = 健診日 { $date }（{ $program }）
checkup-rest = 　その他の項目
item-interpretation = 判定 { $code }
item-reference = 基準 { $low } ～ { $high }
