//! The line between nodes and centre: cut means cut, healed means healed.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::net::{SocketAddr, UdpSocket};
use std::thread;
use std::time::Duration;

use tomoshibi_simulations::demo::line::Line;

/// A centre that sends everything back, for as long as the test runs.
fn echo() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    thread::spawn(move || {
        let mut buffer = [0; 2048];
        while let Ok((len, from)) = socket.recv_from(&mut buffer) {
            let _ = socket.send_to(&buffer[..len], from);
        }
    });
    address
}

fn client(line: &Line) -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(line.address()).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    socket
}

fn answer(client: &UdpSocket) -> Vec<u8> {
    let mut buffer = [0; 2048];
    let len = client.recv(&mut buffer).unwrap();
    buffer[..len].to_vec()
}

#[test]
fn each_client_gets_its_own_answers() {
    let line = Line::lay(echo()).unwrap();
    let (one, two) = (client(&line), client(&line));
    one.send(b"one").unwrap();
    two.send(b"two").unwrap();
    assert_eq!(answer(&one), b"one");
    assert_eq!(answer(&two), b"two");
    assert_eq!(line.carried(), 4);
}

#[test]
fn a_cut_line_carries_nothing_and_a_healed_one_carries_again() {
    let line = Line::lay(echo()).unwrap();
    let client = client(&line);
    client.send(b"before").unwrap();
    assert_eq!(answer(&client), b"before");

    line.cut();
    let carried = line.carried();
    client.send(b"lost").unwrap();
    // The relay counts what it loses: nothing has to be waited out to know that it did not pass.
    while line.lost() == 0 {
        thread::yield_now();
    }
    assert_eq!(line.carried(), carried);

    line.heal();
    client.send(b"after").unwrap();
    assert_eq!(answer(&client), b"after", "what was lost does not come later");
}
