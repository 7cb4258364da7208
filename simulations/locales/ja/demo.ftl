# デモの文。

stage-region = 実在しない人々の地域を作ります
stage-centre = 中央側が元データを取り込み、公開します
stage-enrol = 二つの病院がノードを登録します
stage-page = 両方のノードに画面を設けます
stage-copy = 両方のノードが、自分では読めないデータを写し取ります
stage-increment = ひと月後：新しいレセプト、二度目の公開
stage-copy-increment = 両方のノードが増分を受け取ります
stage-prepare = 開放命令、開放コード付きの鍵、職員証を作ります
stage-second-code = 二つ目のノードにも、別の開放コードで鍵を用意します
stage-deliver = 開放命令と鍵がノードに届きます
stage-sealed = 災害が起き、回線が切れました。ノードはまだ封じられています
stage-second-node = 二つ目のノードも動き、封じられたままです
stage-open = 開放命令と開放コードでノードを開放します
stage-staff = 職員が暗証番号を決め、サインインします
stage-lookups = 患者が来ます
stage-examples = 例は、お見せする前にすべて試します
stage-walk = 病院をお使いください
stage-reconcile = 回線が戻り、証跡がすべて中央側へ送られます
stage-close = 開いているものを閉じます
stage-settle = 回線が戻り、残りの証跡が中央側へ送られ、検証されます
stage-account = 中央側が知っていることを尋ねます
stage-check = 盗んだディスクを調べます

guide-title = 【訓練】回線は切れています。実在しない { $people } 人。開放された病院が一つ、封じられた病院が一つあります。
guide-address = 画面のアドレス： { $address }
guide-trust = この機器で信頼するには、{ $root } をブラウザーに認証局として取り込みます（二つ目のノードは { $second }）。訓練が終わったら取り除いてください。
guide-fingerprint = 証明書の指紋は { $fingerprint } のはずです
guide-skip = または、この機器に限って警告を通り抜けます。職員にこの操作を教えることは決してありません。病院の端末は、災害の前から病院の証明書を信頼しています。
guide-chrome = Chrome：「詳細設定」→「127.0.0.1 にアクセスする（安全ではありません）」
guide-firefox = Firefox：「詳細へ進む」→「危険性を承知で続行」
guide-safari = Safari：「詳細を表示」→「このWebサイトを閲覧」
guide-badges = 職員証の文字列と暗証番号でサインインします（印刷用、または読み取り用の一覧：{ $sheet }）
guide-badge = { $role }：{ $name }、暗証番号 { $pin }、文字列は { $file }
guide-examples = 調べてみる患者（種 { $seed }）。どれも、たった今試したものです。
guide-example = ● { $title }
guide-type = 入力：{ $fields }
guide-several = 複数の人が当てはまり、一覧は出ません。画面が次（{ $ask }）を求めます。次の入力：{ $fields }
guide-nobody = 見つかりません。「この地域について、このノードのデータにはない」という意味で、そういう人がいないという意味ではありません
guide-confirm = 本人の確認：{ $fact }は「{ $said }」
guide-second = 二つ目のノードは封じられています。ご自分で開放するには： { $address }
    開放コード（口頭で伝えるもの）：{ $code }
    その後、{ $file }（{ $name }）でサインインします。暗証番号はまだ決まっていないので、ご自分で決めてください。
guide-end = Ctrl-C で訓練を終えます。ノードを閉じ、回線を戻し、中央側が知っていることを示します。

role-doctor = 医師
role-second-doctor = 二人目の医師
role-dentist = 歯科医師
role-pharmacist = 薬剤師
role-designated = 被選定者
role-reception = 受付
role-second-node = 医師（二つ目のノード）

field-name = 氏名
field-birth = 生年月日
field-sex = 性別
field-address = 住所
field-insurer = 保険者番号
field-symbol = 記号
field-number = 番号
field-branch = 枝番
sex-1 = 男
sex-2 = 女

ask-insurer = 保険者番号
ask-address = 住所
ask-kanji-name = 漢字の氏名
ask-kana-name = カナの氏名
ask-given-name = 名
ask-symbol = 記号
ask-branch = 枝番
ask-card-number = 証の番号
ask-papers = 書類

fact-municipality = 市区町村
fact-postal-code = 郵便番号
fact-insurer = 保険者番号
fact-card-number-tail = 証の番号の末尾
fact-kanji-name = 漢字の氏名
fact-kana-name = カナの氏名
fact-former-name = 旧姓・旧名

danger-anticoagulant = 抗凝固薬
danger-insulin = インスリン
danger-antiepileptic = 抗てんかん薬
danger-steroid = ステロイド
danger-opioid = オピオイド
danger-immunosuppressant = 免疫抑制薬
danger-unknown-drug = マスターにない薬
danger-past-stroke = 脳卒中の既往
danger-past-heart = 心臓病の既往
danger-kidney-failure = 腎不全・透析

example-fuzzy-kana = 聞いたとおりに入力（登録は別の書き方）
example-black-circle = 登録では一文字が●
example-several = まだ見分けられない二人
example-number-only = 証の番号だけが分かる
example-no-medication = 薬がない人
example-dangerous-combination = 危険な組み合わせ
example-vital-interest = 意識がなく、同意できる人がいない
example-not-found = この地域の人ではない

expect-fuzzy-kana = 結果：一人。登録の読みは { $kana }
expect-black-circle = 結果：一人。登録の氏名は { $name }
expect-several = 結果：二人のうちの一人、{ $name }
expect-number-only = 結果：一人、{ $name }。氏名なしで見つかります
expect-no-medication = 結果：「（何月）までのレセプトにはない」と出ます。「なし」とは決して出ません
expect-dangerous-combination = 結果：一番上に { $dangers }
expect-vital-interest = 結果：一人。医師でサインインし、同意を飛ばして同意なしの閲覧（生命・身体の保護）を申し出て、もう一人の職員証で確認します。後で必ず確認を受けます

examples-missing = この地域には次の例に合う人がいません：{ $keys }。人数を増やすか、種を変えてください。

sheet-title = DRILL 訓練：実在しない職員証
sheet-mark = DRILL 訓練
sheet-note = この訓練だけのもので、ほかでは使えません。暗証番号は端末に表示され、職員証には決して書かれません。

ending = 訓練を終えます。開いているものを閉じます。もう一度 Ctrl-C を押すと、すべてをただちに止めます。
ended-at-once = ただちに止めました。順序だてて閉じていないので、証跡が中央側に届いていないことがあります。

account-entries = 中央側にある記録は { $entries } 件（証跡の記録 { $journalled } 件、うち受領済み { $acknowledged } 件）。
account-looks = 閲覧：{ $looks }
account-look = { $role } { $count } 件
account-none = なし
account-denials = 拒否：{ $denials } 件、サインインの拒否：{ $refused } 件
account-overrides = 後で確認を受ける同意なしの閲覧（生命・身体の保護）の申し出：{ $overrides } 件
account-closings = 閉塞：{ $closings } 件
account-left-out = この数からは、デモ自身の試行 { $count } 件を除いています。
account-well = すべて受領済みです。
account-lacking = 受領済みでない記録があります。
