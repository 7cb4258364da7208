# 画面に共通する言葉、サインイン、利用中の職員。

serve-page = 画面：{ $url }
page-product = Tomoshibi
page-drill-mark = 【訓練】
page-drill-band = 訓練　DRILL
page-drill-words = これは訓練です。患者も薬も架空のもので、実際の診療には使えません。
page-skip = 本文へ
page-nav = 画面の一覧
page-nav-find = 患者を探す
page-nav-mine = 自分の閲覧
page-nav-sessions = 利用中の職員
page-nav-sign-in = サインイン
page-nav-officer = 開放と閉鎖
page-nav-status = ノードの状態
page-closing-soon = { $hours ->
    [1] このノードはあと 1 時間以内（{ $at }）に閉じます。必要なものは今のうちに印刷してください。
   *[other] このノードは { $at } に閉じます（あと { $hours } 時間以内）。
}
page-back = 戻る
page-refusal-title = できませんでした
page-denied-journalled = 見ようとしたことは記録されました。

page-sign-in-title = サインイン
page-sign-in = サインイン
page-sign-out = サインアウト
page-badge = 職員証の QR コード
page-badge-help = この欄を選んだまま、スキャナーで読み取ってください。文字を貼り付けることもできます。
page-pin = 暗証番号
page-pin-help = 6～12 桁の数字。空欄のまま進むと、次の画面で聞きます。
page-pin-title = 暗証番号を入れてください
page-other-badge = 別の職員証を使う
page-set-pin-title = 暗証番号を決める
page-set-pin-words = この職員証には、まだ使える暗証番号がありません。ここで決めると、すぐにサインインします。
page-set-pin-own = 自分の暗証番号
page-new-pin = 新しい暗証番号
page-new-pin-again = もう一度同じ番号
page-pin-rule = 6～12 桁。同じ数字だけ、続き番号だけのものは使えません。
page-witness = 立ち会う職員
page-witness-help = すでにサインインしたことのある別の職員が、自分の職員証と暗証番号で立ち会います。開放後の最初の一人だけは、空欄のままで決められます。
page-witness-badge = 立会者の職員証
page-witness-pin = 立会者の暗証番号
page-set-pin = 決めてサインイン
error-pin-differs = 二つの暗証番号が違っています。
error-pin-differs-hint = 同じ番号を二度入れてください。

page-sessions-title = 利用中の職員
page-sessions-words = 置き忘れた端末があれば、ここで利用を終わらせることができます。
page-sessions-name = 氏名
page-sessions-role = 職種
page-sessions-since = サインイン
page-sessions-used = 最後の操作
page-sessions-own = （この端末）
page-sessions-end = 終了
page-sessions-end-one = { $name } の利用を終わらせる

error-form-elsewhere = この画面からではない送信なので、受け付けませんでした。
error-form-elsewhere-hint = 画面を開き直して、もう一度入れてください。
error-form-too-long = 送られた内容が長すぎます。
error-form-too-long-hint = 余分なところを削ってください。
error-form-broken = 送られた内容が欠けています。
error-form-broken-hint = 画面を開き直して、もう一度入れてください。
error-form-old = この画面は古くなっています（ノードが再起動したときなど）。
error-form-old-hint = 画面を開き直して、もう一度入れてください。
error-page-not-found = その画面はありません。
error-page-not-found-hint = 上の一覧から選んでください。
error-page-too-often = この端末からの操作が多すぎます。
error-page-too-often-hint = 1 分ほど待ってから、もう一度試してください。
error-page-listen = 画面のための { $address } を使えません（{ $cause }）。
error-page-listen-hint = ほかのプログラムが使っていないか、node.toml の [page] listen が正しいか確かめてください。
error-page-certificate = 画面の証明書を作れません（{ $cause }）。
error-page-certificate-hint = node.toml の [page] names を確かめてください。
error-page-root-missing = 画面の証明書はまだありません。
error-page-root-missing-hint = node.toml に [page] を書いて serve を一度動かしてください。
error-page-root-damaged = 画面のルート証明書が壊れています。
error-page-root-damaged-hint = serve を動かし直すと新しく作ります。タブレットに入れ直してください。
error-page-root-replaced = 画面のルート証明書が壊れていたため、新しく作りました。
error-page-root-replaced-hint = タブレットに新しいルート証明書（tomoshibi-node page）を入れてください。
error-page-name-outside = ルート証明書は { $name } という名前を保証しません。
error-page-name-outside-hint = タブレットに警告が出ます。page-root.pem と keys/page-root.key を消して serve を動かし直し、新しいルート証明書をタブレットに入れてください。
